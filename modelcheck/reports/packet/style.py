"""How the page of a packet looks, on paper and on light and dark screens."""

from __future__ import annotations

STYLE = """
:root{color-scheme:light dark;--ground:#fff;--panel:#f3f5f7;--ink:#1b1f24;--muted:#59636e;--line:#d3d9df;--link:#005f99;
--good:#00664b;--bad:#b34400;--open:#7a5600}
@media (prefers-color-scheme:dark){:root{--ground:#0f1419;--panel:#1a2028;--ink:#e6edf3;--muted:#9aa5b1;--line:#333d48;
--link:#63b8ee;--good:#3fcf9f;--bad:#ff8f4d;--open:#e3b341}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);display:grid;grid-template-columns:17rem minmax(0,1fr);
font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,"DejaVu Sans",sans-serif}
nav{position:sticky;top:0;align-self:start;max-height:100vh;overflow-y:auto;padding:1.5rem 1rem;font-size:.85rem;
border-right:1px solid var(--line);min-height:100vh;background:var(--panel)}
nav ul{list-style:none;margin:0;padding:0}nav li{margin:.3rem 0;overflow-wrap:anywhere}nav .level-3{padding-left:1rem}
nav .level-1{font-weight:700;margin-top:1rem}nav a{text-decoration:none}nav a:hover{text-decoration:underline}
main{padding:1.5rem 2.5rem 4rem;max-width:78rem;min-width:0}
a{color:var(--link)}:focus-visible{outline:3px solid var(--link);outline-offset:2px}
h1,h2,h3{line-height:1.25;overflow-wrap:anywhere;scroll-margin-top:1rem}
h1{font-size:1.7rem;margin:0 0 1rem}h2{font-size:1.35rem;margin:2.5rem 0 .75rem;padding-top:1rem;
border-top:2px solid var(--line)}h3{font-size:1.1rem;margin:2rem 0 .5rem}
p,li{max-width:62rem;overflow-wrap:anywhere}li{margin:.25rem 0}
.said{padding:.6rem 1rem;border-left:5px solid;background:var(--panel)}
.said.good{border-color:var(--good)}.said.bad{border-color:var(--bad)}.said.open{border-color:var(--open)}
.scroll{overflow-x:auto;margin:.75rem 0 1.25rem}
table{border-collapse:collapse;table-layout:fixed;width:100%;min-width:44rem;font-variant-numeric:tabular-nums}
th,td{text-align:left;vertical-align:top;padding:.4rem .75rem;border-top:1px solid var(--line);font-weight:400;
overflow-wrap:anywhere}
thead th{font-size:.8rem;color:var(--muted);font-weight:600;border-top:0;white-space:nowrap}
code,pre{font-family:ui-monospace,"SFMono-Regular",Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.86em}
pre{background:var(--panel);padding:.75rem 1rem;overflow-x:auto}
figure{margin:1rem 0;width:fit-content;max-width:100%;overflow-x:auto;border:1px solid var(--line)}
figure svg{display:block;max-width:none}
details{margin:.75rem 0}summary{cursor:pointer;color:var(--link)}
@media (max-width:60rem){body{display:block}nav{position:static;max-height:none;min-height:0;border-right:0}
main{padding:1rem}}
@media print{body{display:block}nav{display:none}main{max-width:none;padding:0}h2,h3{break-after:avoid}
tr{break-inside:avoid}figure{overflow:visible;border:0}figure svg{max-width:100%;height:auto}}
"""
