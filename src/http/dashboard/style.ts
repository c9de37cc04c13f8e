export const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 62rem; margin: 0 auto; padding: 1rem; }
header { display: flex; flex-wrap: wrap; gap: 1rem; align-items: baseline; justify-content: space-between; }
h2 { font-size: 1.1rem; margin: 1.5rem 0 0.5rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: 0.3rem 0.6rem; border-bottom: 1px solid #8886; overflow-wrap: anywhere; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
button, input, select { font: inherit; padding: 0.4rem 0.8rem; }
:focus-visible { outline: 3px solid #1a73e8; outline-offset: 2px; }
.actions { display: flex; flex-wrap: wrap; gap: 0.6rem; align-items: center; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: #8882; padding: 0.8rem; max-height: 24rem; overflow: auto; }
.bad { color: #c5221f; font-weight: 600; }
@media (prefers-color-scheme: dark) { .bad { color: #ff8a80; } }
[hidden] { display: none; }
`;
