"""Pictures of graphs: the state machine of a kind of agents, the states of a small check. Drawn here, or as DOT."""
