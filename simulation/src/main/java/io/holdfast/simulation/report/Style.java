package io.holdfast.simulation.report;

/** How a {@link Page} looks: two sets of colours, one of everything else. */
final class Style {
    static final String CSS = """
            :root {
              --ground: #f3f1ec; --panel: #fffdf9; --line: #ddd6c8; --ink: #1c2b33; --dim: #5f6f76;
              --gpu: #1f7a5c; --cpu: #2f6fb0; --memory: #8a5a9e; --unused: #ebe6db; --bound: #b3372f; --room: 0.2;
              color-scheme: light dark;
            }
            @media (prefers-color-scheme: dark) {
              :root {
                --ground: #0c1a22; --panel: #12242e; --line: #24404d; --ink: #e4eef1; --dim: #93aab3;
                --gpu: #35ab83; --cpu: #4f93dc; --memory: #b48ac9; --unused: #1a313c; --bound: #e06a61; --room: 0.26;
              }
            }
            * { box-sizing: border-box; }
            body {
              margin: 0 auto; padding: 26px; max-width: 1500px; background: var(--ground); color: var(--ink);
              font: 14px/1.5 Inter, 'Segoe UI', system-ui, 'Noto Sans', 'DejaVu Sans', sans-serif;
            }
            h1 { margin: 0; font-size: 1.45rem; letter-spacing: -0.01em; }
            h2 { margin: 0; font-size: 1.05rem; }
            p { margin: 4px 0 0; color: var(--dim); }
            b { color: var(--ink); font-weight: 600; }
            section, .table {
              margin-top: 16px; padding: 14px 18px; background: var(--panel); border: 1px solid var(--line); border-radius: 10px;
            }
            .table { overflow-x: auto; padding: 6px 18px; }
            table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; white-space: nowrap; }
            th { color: var(--dim); font-size: 0.75rem; font-weight: 600; letter-spacing: 0.06em; }
            th, td { padding: 5px 0 5px 20px; text-align: right; border-bottom: 1px solid var(--line); }
            th:first-child, td:first-child { padding-left: 0; text-align: left; font-weight: 600; }
            tr:last-child td { border-bottom: 0; }
            .key { display: inline-block; width: 11px; height: 11px; margin: 0 6px 0 18px; border-radius: 2px; vertical-align: -1px; }
            .key.gpu { background: var(--gpu); } .key.cpu { background: var(--cpu); } .key.memory { background: var(--memory); }
            .key.unused { background: var(--unused); border: 1px solid var(--line); }
            .key.left { background: linear-gradient(90deg, var(--gpu) 33%, var(--cpu) 33% 66%, var(--memory) 66%); opacity: var(--room); }
            .legend { font-size: 0.85rem; } .key:first-child { margin-left: 0; }
            .key.bound { width: 0; border-left: 2px dashed var(--bound); border-radius: 0; }
            .row { display: grid; grid-template-columns: 64px 1fr; margin-top: 12px; }
            .row span { display: block; height: 38px; margin-bottom: 4px; color: var(--dim); font-size: 0.8rem; line-height: 38px; }
            svg { display: block; width: min(100%, calc(var(--columns) * 30px)); }
            .gpu { fill: var(--gpu); } .cpu { fill: var(--cpu); } .memory { fill: var(--memory); }
            .room { opacity: var(--room); } .unused { fill: var(--unused); }
            line { stroke: var(--bound); stroke-width: 2px; stroke-dasharray: 4 3; vector-effect: non-scaling-stroke; }
            rect { width: 1px; height: 100%; fill: transparent; vector-effect: non-scaling-stroke; }
            .few rect { stroke: var(--panel); stroke-width: 2px; }
            rect:hover { fill: var(--ink); fill-opacity: 0.3; }
            """;

    private Style() {}
}
