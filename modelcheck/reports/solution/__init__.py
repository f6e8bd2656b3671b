"""What `solve` found: values with the verdicts that they give, as typed data, as text and as JSON."""
