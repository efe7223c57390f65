"""The text heatmap: one unit's value behind each character of a text, on any page.

What it shows comes as one block of bytes (`payload`), which its scripts read in the browser. Where
it stands, an adapter of a few lines says what to show and takes what was picked; `parts` gives them
what they need: `scripts/heatmap.js` says the rest.
"""
