// A page frame and an escaping template tag for the sandbox's own pages.

/** Marks a string as HTML that needs no more escaping. */
export class Html {
	constructor(readonly markup: string) {}
}

type Value = Html | string | number | null | undefined | false | readonly Html[];

function render(value: Value): string {
	if (value === null || value === undefined || value === false) return '';
	if (value instanceof Html) return value.markup;
	if (typeof value === 'object') return value.map((part) => part.markup).join('');
	return String(value).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Every interpolated value is escaped unless it is `Html` already. */
export function html(strings: TemplateStringsArray, ...values: Value[]): Html {
	return new Html(strings.reduce((markup, part, index) => markup + render(values[index - 1]) + part));
}

const css = `
:root{color-scheme:light}*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;background:#f3f6fa;color:#16325c;font:16px/1.5 system-ui,sans-serif}
main{width:min(26rem,92vw);background:#fff;border-radius:12px;padding:2rem;box-shadow:0 2px 18px #16325c22}
main.wide{width:min(60rem,94vw);margin:2rem 0}
h1{font-size:1.3rem;margin:0 0 1rem}p{margin:.5rem 0}ul{padding-left:1.2rem}
label{display:block;margin:.8rem 0 .2rem;font-size:.85rem}
input{width:100%;padding:.6rem .7rem;border:1px solid #c9d3e0;border-radius:6px;font:inherit}
button{padding:.6rem 1.4rem;border:1px solid #0b5cab;border-radius:6px;background:#0b5cab;color:#fff;font:inherit;cursor:pointer}
button.plain{background:#fff;color:#0b5cab}.buttons{display:flex;gap:.8rem;margin-top:1.4rem}
.error{color:#a01c12}.note{color:#5b6f8c;font-size:.8rem;margin-top:1.6rem}
article{border-top:1px solid #dbe3ee;padding:1rem 0}pre{overflow:auto;background:#f3f6fa;padding:.8rem;border-radius:6px;font-size:.8rem}`;

export function page(title: string, content: Html, mainClass = ''): string {
	return html`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title}</title><style>${new Html(css)}</style></head><body><main class="${mainClass}">${content}</main></body></html>`.markup;
}
