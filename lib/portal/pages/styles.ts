// The one style sheet of the portal. Any change changes `styleHash`; nothing else has to follow.
// Colours are pairs of names, light then dark; test/lib/portal/pages asserts their contrast (WCAG AA).

export const light = {
	page: '#f6f7f9', card: '#ffffff', line: '#e2e5eb', edge: '#c9ced8', field: '#868e9c',
	text: '#171a21', soft: '#525b6b',
	accent: '#2453d6', accentHover: '#1c43b3', onAccent: '#ffffff',
	danger: '#b42323', dangerHover: '#931b1b', onDanger: '#ffffff',
	good: '#116a3c', goodBack: '#e6f5ec', warn: '#8a4b08', warnBack: '#fdf1e0', info: '#22479f', infoBack: '#eaf0fd', neutral: '#4d5666', neutralBack: '#eef0f4',
};

export const dark: typeof light = {
	page: '#0f1115', card: '#171a20', line: '#282d36', edge: '#3d4450', field: '#6c7686',
	text: '#eceef2', soft: '#a3acba',
	accent: '#8fb0ff', accentHover: '#abc4ff', onAccent: '#0d1a3a',
	danger: '#ff9c94', dangerHover: '#ffb6b0', onDanger: '#3a0b08',
	good: '#7fdba6', goodBack: '#12301f', warn: '#f3c078', warnBack: '#35260f', info: '#a9c3ff', infoBack: '#18233f', neutral: '#b4bcc9', neutralBack: '#252a33',
};

const variables = (palette: typeof light): string => Object.entries(palette).map(([name, colour]) => `--${name}:${colour};`).join('');

export const styles = `
:root{color-scheme:light dark;${variables(light)}--shadow:0 1px 2px rgb(23 26 33/.05),0 12px 32px -12px rgb(23 26 33/.12)}
@media (prefers-color-scheme:dark){:root{${variables(dark)}--shadow:0 1px 2px rgb(0 0 0/.4)}}

*,*::before,*::after{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;min-height:100vh;min-height:100dvh;display:flex;flex-direction:column;background:var(--page);color:var(--text);font:400 15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;-webkit-font-smoothing:antialiased;overflow-wrap:anywhere}
h1,h2,p,dl,dd,ul{margin:0;padding:0}
ul{list-style:none}
h1{font-size:24px;line-height:1.25;font-weight:650;letter-spacing:-.018em;text-wrap:balance}
h2{font-size:15px;line-height:1.4;font-weight:600}
a{color:var(--accent);text-underline-offset:3px}
code{font:400 12.5px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;color:var(--soft)}
p bdi{font-weight:600}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
a:focus-visible,summary:focus-visible{border-radius:6px}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}

header{display:flex;align-items:center;justify-content:space-between;gap:8px 24px;flex-wrap:wrap;min-height:74px;padding:20px 32px}
.portal{display:flex;align-items:center;gap:10px;font-weight:600;letter-spacing:-.01em}
.aside{display:flex;align-items:center;gap:4px 12px;color:var(--soft);font-size:14px}
.aside bdi{color:var(--text)}
main{width:100%;max-width:528px;margin:0 auto;padding:40px 24px 32px;flex:1}
.wide main{max-width:808px}
footer{padding:24px 32px 32px;text-align:center;color:var(--soft);font-size:13px;text-wrap:balance}

.logo{display:block;height:32px;max-width:160px;object-fit:contain}
.icon .logo{width:100%;height:100%}
.mark,.glyph{flex:none;fill:none;stroke:currentColor;stroke-linecap:round;stroke-linejoin:round}
.mark{color:var(--accent);stroke-width:2.2}
.glyph{stroke-width:1.75}

.card{background:var(--card);border:1px solid var(--line);border-radius:16px;box-shadow:var(--shadow);padding:36px}
main>.card>*+*{margin-top:20px}
.card h1+*{margin-top:10px}
.lead{color:var(--text)}
.lead+p:not(.fine){margin-top:10px;color:var(--soft)}
.lead+p bdi{color:var(--text)}
.fine{font-size:13px;color:var(--soft)}
.fine bdi{color:var(--text)}
.fine a{display:inline-block;padding:3px 0}

.picture{display:flex;align-items:center;position:relative;width:max-content}
.icon{display:inline-flex;flex:none;align-items:center;justify-content:center;width:52px;height:52px;padding:9px;border-radius:13px;background:#fff;border:1px solid var(--line);object-fit:contain;color:#2453d6;font-size:22px;font-weight:650;line-height:1}
.icon .mark{color:#2453d6;width:28px;height:28px}
.icon.small{width:26px;height:26px;padding:2px;border-radius:6px;font-size:13px}
.bridge{width:44px;margin:0 6px;border-top:2px dotted var(--edge)}
.sign{display:inline-flex;align-items:center;justify-content:center;width:52px;height:52px;border-radius:50%}
.sign .glyph{width:26px;height:26px;stroke-width:1.3}
.sign.warn .glyph{width:32px;height:32px}
.icon+.sign{position:absolute;right:-10px;bottom:-8px;width:26px;height:26px;box-shadow:0 0 0 3px var(--card)}
.icon+.sign .glyph,.icon+.sign.warn .glyph{width:15px;height:15px;stroke-width:2.2}
.good{color:var(--good);background:var(--goodBack)}
.warn{color:var(--warn);background:var(--warnBack)}
.info{color:var(--info);background:var(--infoBack)}
.neutral{color:var(--neutral);background:var(--neutralBack)}
.glyph.good,.glyph.warn,.glyph.info{background:none}

.notice{display:flex;gap:10px;padding:12px 14px;border-radius:10px;font-size:14px}
.notice .glyph{width:14px;height:14px;margin:4px 3px 0 2px;border-radius:50%;box-shadow:0 0 0 1.5px currentColor}
.notice a{color:inherit}

.facts{border-top:1px solid var(--line);border-bottom:1px solid var(--line)}
.facts>div{display:grid;grid-template-columns:132px 1fr;gap:2px 16px;padding:11px 0}
.facts>div+div{border-top:1px solid var(--line)}
dt{color:var(--soft)}
dd{font-weight:500}
dd bdi{font-weight:500}
main>.card dd bdi{font-weight:600}
.note{display:block;font-weight:400;font-size:13.5px;color:var(--soft)}

.scopes{display:grid;gap:10px;margin-top:10px}
.scopes li{display:flex;gap:10px}
.scopes .glyph{margin-top:4px;color:var(--good)}
.scopes li>span{min-width:0}
.meaning{display:block}

.actions{display:flex;flex-wrap:wrap;align-items:flex-start;gap:10px}
.actions:empty,.stack:empty{display:none}
.button{display:inline-flex;align-items:center;justify-content:center;min-height:42px;padding:9px 18px;border:1px solid transparent;border-radius:10px;background:none;color:var(--text);font:inherit;font-weight:600;line-height:1.35;text-align:center;text-decoration:none;cursor:pointer;transition:background-color .12s,border-color .12s}
.primary{background:var(--accent);color:var(--onAccent)}
.primary:hover{background:var(--accentHover)}
.danger{background:var(--danger);color:var(--onDanger)}
.danger:hover{background:var(--dangerHover)}
.secondary{background:var(--card);border-color:var(--edge)}
.secondary:hover{background:var(--page);border-color:var(--soft)}
.actions>form:first-child .quiet,.actions>.quiet:first-child{margin-left:-19px}
.quiet{color:var(--soft)}
.quiet:hover{background:var(--neutralBack);color:var(--text)}
.aside .button{flex:none;white-space:nowrap;min-height:34px;margin-right:-10px;padding:5px 10px;font-weight:550}

.progress{border-top:1px solid var(--line);border-bottom:1px solid var(--line)}
.progress li{display:flex;align-items:flex-start;justify-content:space-between;gap:2px 16px;padding:11px 0}
.progress li+li{border-top:1px solid var(--line)}
.progress li>span:first-child{min-width:0}
.progress bdi{font-weight:550}

.stack{display:grid;gap:10px}
.stack .icon{margin-right:12px}
.stack .button{width:100%;min-height:48px;justify-content:flex-start;padding:9px 14px;text-align:left}
.ways{border-top:1px solid var(--line)}
.ways section{padding:18px 0}
.ways section+section{border-top:1px solid var(--line)}
.ways section:last-child{padding-bottom:0}
.ways p{color:var(--soft)}
.ways form,.ways .stack{margin-top:12px}
.ways .stack form{margin-top:0}

.wide h1{font-size:28px}
.wide .lead{margin-top:6px;color:var(--soft)}
.wide .notice{margin-top:24px}
.connections{display:grid;gap:16px;margin-top:24px}
.connections .card{padding:24px}
.top{display:flex;align-items:center;gap:14px}
.name{flex:1;min-width:0}
.name h2{font-size:17px;letter-spacing:-.01em}
.name p{color:var(--soft);font-size:14px}
.status{flex:none;align-self:flex-start;padding:2px 10px;border-radius:99px;font-size:13px;font-weight:600}
.hint,.waiting{margin-top:14px}
.waiting{display:flex;gap:8px;font-weight:600}
.waiting .glyph{margin-top:4px;color:var(--accent)}
.connections .facts{display:grid;grid-template-columns:1fr 1fr;gap:14px 24px;margin-top:18px;padding-top:16px;border-bottom:0}
.connections .facts>div{display:block;padding:0;border:0;min-width:0}
.connections dt{font-size:13px}
.connections .actions{margin-top:18px}
details{margin-top:12px;font-size:14px}
summary{cursor:pointer;list-style:none;color:var(--soft)}
summary::-webkit-details-marker{display:none}
summary:hover{color:var(--text)}
details>summary{display:inline-flex;align-items:center;gap:6px;padding:4px 0}
summary .glyph{transition:transform .12s}
details[open] .chevron{transform:rotate(90deg)}
.tabs{margin:0 0 28px;border-bottom:1px solid var(--line);overflow-x:auto}
.tabs ul{display:flex;gap:24px}
.tabs a{display:block;padding:8px 0 10px;border-bottom:2px solid transparent;color:var(--soft);font-weight:550;text-decoration:none;white-space:nowrap}
.tabs a:hover{color:var(--text)}
.tabs a[aria-current]{border-color:var(--accent);color:var(--text)}
.tabs a:focus-visible{outline-offset:-2px}
.asked{display:flex;flex-wrap:wrap;align-items:center;justify-content:space-between;gap:16px 24px;margin-top:24px;padding:20px 24px;border-color:var(--accent)}
main>.asked>.actions{margin:0}
.asked h2{font-size:17px}
.asked .note{margin:2px 0 6px}
.asked>div:first-child{flex:1 1 320px;min-width:0}
.panel{margin-top:20px;padding:24px}
.panel h2{font-size:17px;letter-spacing:-.01em}
.panel>*+*{margin-top:12px}
.panel>h2+.note{margin-top:2px}
.rows>li{display:flex;flex-wrap:wrap;align-items:center;justify-content:space-between;gap:2px 20px;padding:11px 0;border-top:1px solid var(--line)}
.rows>li:first-child{border-top:0;padding-top:0}
.rows>li:last-child{padding-bottom:0}
.rows>li>div{flex:1 1 260px;min-width:0}
.rows .what{font-weight:550}
.rows .what bdi{font-weight:600}
.rows .when{color:var(--soft);font-size:13.5px}
.rows .button{min-height:34px;padding:5px 10px;margin-right:-10px}
.flows .rows>li{row-gap:10px}
.flows .rows>li>div{flex-basis:200px}
.flows .rows .button{margin:0;padding:5px 16px}
.tag{margin-left:8px;padding:1px 8px;border-radius:99px;font-size:12.5px;font-weight:600;white-space:nowrap}
.end{margin-top:20px;text-align:right}
.end .button{margin-right:-14px}
.sections{margin:-12px -12px 26px}
.sections ul{display:flex;flex-wrap:wrap;gap:6px}
.sections a{display:block;padding:4px 12px;border-radius:99px;color:var(--soft);font-size:14px;font-weight:550;text-decoration:none}
.sections a:hover{background:var(--neutralBack);color:var(--text)}
.sections a[aria-current]{background:var(--neutralBack);color:var(--text)}
.sections+.notice{margin:0 0 22px}
.heading{display:flex;flex-wrap:wrap;align-items:center;justify-content:space-between;gap:10px 20px}
.heading h1{min-width:0}
.heading .top{flex:1 1 auto;min-width:0}
.heading .button{min-height:36px;padding:5px 14px;font-size:14px}
.app{display:flex;align-items:center;gap:12px;min-width:0}
table{width:100%;border-collapse:collapse;font-size:14.5px}
th,td{padding:10px 16px 10px 0;border-top:1px solid var(--line);text-align:left;vertical-align:middle;font-weight:400}
thead th{padding-top:0;border-top:0;color:var(--soft);font-size:13px;vertical-align:bottom;white-space:nowrap}
tbody th a{display:inline-block;padding:3px 0;font-weight:600}
th:last-child,td:last-child{padding-right:0}
tbody tr:last-child>*{padding-bottom:0}
.number{text-align:right;font-variant-numeric:tabular-nums}
@media (min-width:601px){.number+:not(.number){padding-left:16px}}
.time{white-space:nowrap}
.figures{display:grid;grid-template-columns:repeat(4,1fr);gap:12px;margin-top:20px}
.figures .card{padding:16px 18px;border-radius:14px}
.figures strong{display:block;font-size:24px;line-height:1.2;font-weight:650;font-variant-numeric:tabular-nums}
.figures span{color:var(--soft);font-size:13.5px}
.fields{display:grid;gap:14px}
.fields label{display:grid;gap:4px;min-width:0}
.fields label>span{font-size:13.5px;font-weight:550;color:var(--soft)}
.fields input[type=text]{width:100%;min-height:42px;padding:8px 12px;border:1px solid var(--field);border-radius:10px;background:var(--card);color:var(--text);font:inherit}
.fields input::placeholder{color:var(--soft);opacity:1}
.fields .button{justify-self:start}
.inline{grid-template-columns:1fr auto;align-items:end;gap:10px}
.empty{margin-top:24px;padding:48px 24px;border:1px dashed var(--edge);border-radius:16px;text-align:center;color:var(--soft)}
.empty strong{color:var(--text)}

@media (max-width:600px){
header{min-height:0;padding:16px 20px;gap:4px 12px}
.portal{flex:1 1 0;min-width:0}
main{padding:8px 16px 24px}
.wide main{padding-top:12px}
.card{padding:24px 20px;border-radius:14px}
.connections .card{padding:20px}
h1{font-size:22px}
.wide h1{font-size:24px}
.wide h1 bdi{font-size:20px}
main>.card>.actions{flex-direction:column;align-items:stretch}
main>.card>.actions .button,.ways .button{width:100%}
.top{flex-wrap:wrap}
.top .name{flex-basis:calc(100% - 66px)}
.top .status{order:1;margin:-6px 0 0 66px}
.aside{display:contents}
.aside p{order:1;flex-basis:100%;color:var(--soft);font-size:13.5px}
.connections .facts{grid-template-columns:1fr}
.panel{padding:20px}
.rows .button{margin-left:-10px}
.figures{grid-template-columns:1fr 1fr}
table,tbody,tr,th,td{display:block}
thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
tbody tr{padding:12px 0;border-top:1px solid var(--line)}
tbody tr:first-child{border-top:0;padding-top:0}
tbody th,tbody td{padding:3px 0;border:0}
tbody td{display:flex;justify-content:space-between;gap:16px;text-align:right}
tbody tr:last-child{padding-bottom:0}
tbody tr:last-child>*{padding-bottom:3px}
tbody td::before{content:attr(data-label);color:var(--soft)}
main>.card .facts>div{grid-template-columns:1fr}
}
@media (max-width:360px){
.connections .actions{gap:4px}
.connections .actions .button{padding:9px 12px}
}
@media (prefers-reduced-motion:reduce){*{transition:none!important}}
@media (forced-colors:active){
.status,.tag,.sign,.notice{border:1px solid CanvasText}
.icon+.sign{background:Canvas}
.primary,.danger{forced-color-adjust:none;background:Highlight;border-color:Highlight;color:HighlightText}
.tabs a{border-color:Canvas}
.tabs a[aria-current],.sections a[aria-current]{color:CanvasText;border-color:Highlight}
.sections a[aria-current]{border:1px solid Highlight}
}
@media print{
:root{${variables(light)}color-scheme:light}
body{min-height:0;background:none}
.card{box-shadow:none;break-inside:avoid}
main{padding-top:8px}
.aside form,.tabs,.sections,.actions,.button,.fields,.live,footer{display:none}
}
`;
