/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * report_page - what every page has: its style, and the script that filters and folds
 *
 * The page loads nothing. Its policy forbids that, and all scripts but this one, which it
 * identifies by the SHA-256 of its text. tests/report.test prints the value that the hash must have.
 */
#pragma once

#define QC_PAGE_SCRIPT_HASH "6co5gCgpY2BUCiqYQJLGbdkI+2bxbw0iwAbqbu1s/FU="

#define QC_PAGE_POLICY                                                                          \
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-" QC_PAGE_SCRIPT_HASH    \
    "'; base-uri 'none'; form-action 'none'"

#define QC_PAGE_SCRIPT \
    "'use strict';\n" \
    "for (const tools of document.querySelectorAll('.tools')) {\n" \
    "    const rows = tools.parentElement.querySelectorAll('.row');\n" \
    "    const input = tools.querySelector('input');\n" \
    "    const output = tools.querySelector('output');\n" \
    "    tools.hidden = false;\n" \
    "    input.addEventListener('input', () => {\n" \
    "        const words = input.value.toLowerCase().split(/\\s+/).filter(word => word);\n" \
    "        let shown = 0;\n" \
    "        for (const row of rows) {\n" \
    "            const text = row.textContent.toLowerCase();\n" \
    "            row.hidden = !words.every(word => text.includes(word));\n" \
    "            shown += row.hidden ? 0 : 1;\n" \
    "        }\n" \
    "        output.textContent = words.length ? shown + ' of ' + rows.length : '';\n" \
    "    });\n" \
    "    for (const button of tools.querySelectorAll('button')) {\n" \
    "        button.addEventListener('click', () => {\n" \
    "            for (const row of rows) {\n" \
    "                row.open = !row.hidden && 'open' in button.dataset;\n" \
    "            }\n" \
    "        });\n" \
    "    }\n" \
    "}\n" \
    "function unfold() {\n" \
    "    const target = document.getElementById(location.hash.slice(1));\n" \
    "    for (let at = target; at; at = at.parentElement) {\n" \
    "        if (at.tagName === 'DETAILS') {\n" \
    "            at.open = true;\n" \
    "            at.hidden = false;\n" \
    "        }\n" \
    "    }\n" \
    "    if (target) {\n" \
    "        target.scrollIntoView();\n" \
    "    }\n" \
    "}\n" \
    "addEventListener('hashchange', unfold);\n" \
    "unfold();\n"

#define QC_PAGE_STYLE \
    ":root { color-scheme: light dark; --page: #f6f7f9; --card: #fff; --ink: #1a1d23; --dim: #5a6270;" \
    " --line: #d9dde3; --link: #0a58ca; --fn: #7a3e00; --bad: #b3261e; --bad-soft: #fdeceb;" \
    " --warn: #8a5300; --warn-soft: #fff4e0; --good: #17692f; --good-soft: #e8f6ec;" \
    " --wait: #0b5394; --wait-soft: #e7f1fb; --at: #00615f; }\n" \
    "@media (prefers-color-scheme: dark) { :root { --page: #14171c; --card: #1d2128; --ink: #e6e9ee;" \
    " --dim: #a3acb9; --line: #363c47; --link: #7db4ff; --fn: #f0b775; --bad: #ff8a80;" \
    " --bad-soft: #3a1d1c; --warn: #ffc46b; --warn-soft: #382a12; --good: #7ddb95;" \
    " --good-soft: #17301f; --wait: #86bdf7; --wait-soft: #15293e; --at: #6fd0cd; } }\n" \
    "* { box-sizing: border-box; }\n" \
    "html { scroll-padding-top: 3.2rem; }\n" \
    "body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui," \
    " sans-serif; overflow-wrap: anywhere; }\n" \
    "main, header, nav ol, footer { max-width: 76rem; margin: 0 auto; padding: 0 1.25rem; }\n" \
    "a { color: var(--link); }\n" \
    ":focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }\n" \
    "h1 { font-size: 1.55rem; line-height: 1.35; margin: .6rem 0 1rem; font-weight: 600; }\n" \
    "h2 { font-size: 1.1rem; margin: 0 0 .6rem; }\n" \
    "h3 { font-size: .95rem; margin: 1rem 0 .3rem; }\n" \
    "small, .dim, .rule { color: var(--dim); font-weight: 400; }\n" \
    "p { margin: .3rem 0; }\n" \
    ".bold { font-weight: 600; }\n" \
    ".fn { color: var(--fn); }\n" \
    ".warn { color: var(--bad); }\n" \
    /* the first screen */ \
    ".verdict { --mark: var(--warn); --soft: var(--warn-soft); padding-top: 1.2rem;" \
    " padding-bottom: 1.2rem; }\n" \
    ".stuck, .crashed { --mark: var(--bad); --soft: var(--bad-soft); }\n" \
    ".healthy { --mark: var(--good); --soft: var(--good-soft); }\n" \
    ".waiting { --mark: var(--wait); --soft: var(--wait-soft); }\n" \
    ".warned { --mark: var(--warn); --soft: var(--warn-soft); }\n" \
    ".process { color: var(--dim); font-size: .9rem; }\n" \
    ".badge { display: inline-block; background: var(--mark); color: var(--page); font-size: .8em;" \
    " font-weight: 700; letter-spacing: .03em; padding: .05em .6em; border-radius: .3em;" \
    " margin-right: .2em; }\n" \
    ".cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(18rem, 1fr));" \
    " gap: .8rem; }\n" \
    ".card { background: var(--card); border: 1px solid var(--line); border-radius: .5rem;" \
    " padding: .7rem 1rem; }\n" \
    ".card h2 { font-size: .8rem; color: var(--dim); margin: 0; }\n" \
    ".card p { font-size: 1.05rem; }\n" \
    ".actor { background: var(--soft); border-left: .3rem solid var(--mark); }\n" \
    ".actor h2, .severity { color: var(--mark); }\n" \
    ".actor p { font-weight: 600; }\n" \
    /* navigation */ \
    "nav { position: sticky; top: 0; z-index: 1; background: var(--page); border-bottom: 1px solid" \
    " var(--line); }\n" \
    "nav ol { list-style: none; display: flex; gap: .2rem 1.1rem; overflow-x: auto;" \
    " padding-top: .5rem; padding-bottom: .5rem; white-space: nowrap; }\n" \
    "nav a { text-decoration: none; }\n" \
    "nav a:hover { text-decoration: underline; }\n" \
    "section { background: var(--card); border: 1px solid var(--line); border-radius: .5rem;" \
    " padding: 1rem 1.2rem; margin: 1rem 0; }\n" \
    "summary { cursor: pointer; }\n" \
    ".evidence { margin: 0; padding-left: 1.2rem; }\n" \
    ".evidence li { margin: .2rem 0; }\n" \
    ".evidence a { white-space: nowrap; font-size: .85rem; }\n" \
    ".known { background: var(--warn-soft); border-left: .3rem solid var(--warn); padding: .5rem" \
    " .8rem; }\n" \
    ".rule { font-size: .85rem; }\n" \
    ".severity { font-weight: 600; color: var(--warn); }\n" \
    ".story { white-space: pre-line; }\n" \
    /* requests: from left to right, on a narrow page from top to bottom */ \
    ".chain { overflow-x: auto; padding: .2rem 0; margin: 0; }\n" \
    ".chain, .chain ul { list-style: none; }\n" \
    ".chain ul { display: flex; flex-direction: column; margin: 0; padding: 0; }\n" \
    ".chain ul:empty { display: none; }\n" \
    ".chain li { display: flex; align-items: flex-start; }\n" \
    ".chain li + li { margin-top: .6rem; }\n" \
    ".chain ul > li::before { content: '\\2192'; color: var(--dim); padding: .8rem .5rem 0;" \
    " content: '\\2192' / ''; }\n" \
    ".box { border: 1px solid var(--line); border-radius: .4rem; padding: .35rem .7rem;" \
    " background: var(--page); min-width: 7rem; max-width: 17rem; }\n" \
    ".box > * { display: block; }\n" \
    ".kind, .count { font-size: .82rem; color: var(--dim); }\n" \
    ".last { border-color: var(--warn); }\n" \
    ".culprit { border: 2px solid var(--bad); background: var(--bad-soft); }\n" \
    ".culprit .kind, .culprit .count { color: var(--ink); }\n" \
    ".sound { border-style: dashed; }\n" \
    /* the graph */ \
    ".graph { overflow-x: auto; }\n" \
    ".graph svg { max-width: max(100%, 46rem); height: auto; }\n" \
    ".graph svg text { fill: var(--ink); font-family: system-ui, sans-serif; }\n" \
    ".graph svg [stroke=black] { stroke: var(--dim); }\n" \
    ".graph svg [fill=black] { fill: var(--dim); }\n" \
    ".graph svg [stroke=red] { stroke: var(--bad); }\n" \
    ".graph svg [fill=red] { fill: var(--bad); }\n" \
    ".graph svg [fill=white] { fill: none; }\n" \
    /* stacks */ \
    ".tools { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; margin-bottom:" \
    " .5rem; }\n" \
    ".tools[hidden] { display: none; }\n" \
    "input, button { font: inherit; color: inherit; background: var(--page); border: 1px solid" \
    " var(--dim); border-radius: .3rem; padding: .2rem .6rem; }\n" \
    "input { width: 15rem; max-width: 100%; }\n" \
    ".row { border-top: 1px solid var(--line); content-visibility: auto; contain-intrinsic-size:" \
    " auto 2.2rem; }\n" \
    ".row > summary { padding: .35rem 0; }\n" \
    ".thread > summary { display: grid; grid-template-columns: 1rem 4.2rem 12rem" \
    " minmax(0, 1.2fr) minmax(0, 1fr);" \
    " column-gap: .4rem; }\n" \
    ".thread > summary::before { content: '\\25b8'; content: '\\25b8' / ''; color: var(--dim); }\n" \
    ".thread[open] > summary::before { content: '\\25be'; content: '\\25be' / ''; }\n" \
    ".row[open] > summary .wait { font-weight: 600; }\n" \
    ".row > details, .row > p { margin-left: 1rem; }\n" \
    ".lwp { color: var(--dim); font-variant-numeric: tabular-nums; }\n" \
    ".name { font-weight: 600; }\n" \
    ".in { color: var(--fn); }\n" \
    ".stack { list-style: none; margin: .2rem 0 .6rem; padding: .4rem 0 .4rem .8rem; border-left:" \
    " 3px solid var(--line); font: 13px/1.5 ui-monospace, monospace; }\n" \
    ".stack li { position: relative; padding-left: 3.6rem; margin: .1rem 0; }\n" \
    ".stack summary { list-style: none; }\n" \
    ".stack summary::-webkit-details-marker { display: none; }\n" \
    ".stack summary::before { position: absolute; left: 0; color: var(--dim); content: '\\25b8';" \
    " content: '\\25b8' / ''; }\n" \
    ".stack [open] > summary::before { content: '\\25be'; content: '\\25be' / ''; }\n" \
    ".stack i { position: absolute; left: 1.1rem; font-style: normal; color: var(--dim); }\n" \
    ".stack b { color: var(--fn); font-weight: 600; }\n" \
    ".at { color: var(--at); }\n" \
    ".stack p { margin: 0 0 0 1.2rem; color: var(--dim); }\n" \
    /* tables and parts */ \
    ".table { overflow-x: auto; }\n" \
    "table { border-collapse: collapse; width: 100%; font-size: .92rem;" \
    " overflow-wrap: break-word; }\n" \
    "th { text-align: left; color: var(--dim); font-weight: 600; }\n" \
    "th, td { padding: .3rem .8rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }\n" \
    "td code { font: 12px ui-monospace, monospace; }\n" \
    ".parts div { display: grid; grid-template-columns: 7rem 1fr; border-top: 1px solid var(--line);" \
    " padding: .3rem 0; }\n" \
    ".parts { margin: 0; }\n" \
    "dt { font-weight: 600; }\n" \
    "dd { margin: 0; white-space: pre-wrap; }\n" \
    "pre { white-space: pre-wrap; font: 13px/1.5 ui-monospace, monospace; margin: 0; }\n" \
    "footer { color: var(--dim); font-size: .85rem; padding-bottom: 2rem; }\n" \
    "@media (max-width: 40rem) { main, header, nav ol, footer { padding-left: .8rem; padding-right:" \
    " .8rem; } h1 { font-size: 1.25rem; } section { padding: .8rem; } .thread > summary { display: block; }" \
    " .thread > summary > * { margin-right: .4rem; } .chain li { flex-direction: column; }" \
    " .chain ul { margin-left: 1rem; } .chain ul > li::before { content: '\\2193';" \
    " content: '\\2193' / ''; padding: 0 .5rem; } .parts div { grid-template-columns: 1fr; } }\n" \
    "@media print { :root { color-scheme: light; } body { background: none; font-size: 10pt; }" \
    " nav, .tools { display: none; } section { border: none; padding: 0; } header, main, footer {" \
    " max-width: none; padding: 0; } .row { content-visibility: visible; } .card, .box," \
    " .stack li, tr { break-inside: avoid; } .badge { border: 1px solid; background: none;" \
    " color: var(--mark); } h2 { break-after: avoid;" \
    " } .graph svg { max-width: 100%; } }\n"
