// The frame of every page: document head, header, one card or list, footer. No client script, no third-party asset,
// one inline style that the Content-Security-Policy names by its hash.
import type { ComponentChildren, VNode } from 'preact';
import { render } from 'preact-render-to-string';

import { type Sentence, texts } from '../texts';
import { Mark, MARK } from './mark';
import { AppIcon, Glyph, type GlyphName, plain, Say, visible } from './parts';
import { styles } from './styles';
import type { AppView } from './views';

/** Also the favicon, so that no browser asks the server for one. */
const FAVICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><rect width="24" height="24" rx="6" fill="#2453d6"/><path d="${MARK}" transform="translate(3 3) scale(.75)" fill="none" stroke="#fff" stroke-width="2.6" stroke-linecap="round"/></svg>`;

interface PageProps {
	portalName: string;
	title: Sentence | string;
	/** Beside the portal's name: who is signed in, and the way out. */
	aside?: ComponentChildren;
	wide?: boolean;
	children: ComponentChildren;
}

export function Page({ portalName, title, aside, wide, children }: PageProps) {
	return (
		<html lang={texts.lang}>
			<head>
				<meta charset="utf-8" />
				<title>{`${plain(title)} · ${visible(portalName)}`}</title>
				<meta name="viewport" content="width=device-width, initial-scale=1" />
				<meta name="robots" content="noindex" />
				<meta name="referrer" content="no-referrer" />
				<meta name="color-scheme" content="light dark" />
				<link rel="icon" href={`data:image/svg+xml;base64,${Buffer.from(FAVICON).toString('base64')}`} />
				{/* Our constant only: as a text child it would be escaped, and the hash would not match. */}
				<style dangerouslySetInnerHTML={{ __html: styles }} />
			</head>
			<body class={wide ? 'wide' : undefined}>
				<header>
					<p class="portal"><Mark /><bdi>{visible(portalName)}</bdi></p>
					{aside}
				</header>
				<main>{children}</main>
				<footer><p>{texts.footer}</p></footer>
			</body>
		</html>
	);
}

interface CardProps {
	portalName: string;
	title: Sentence | string;
	/** The app that the page is about; with `bridge`, shown as joined to the portal. */
	app?: AppView;
	bridge?: boolean;
	sign?: { glyph: GlyphName; tone: 'good' | 'info' | 'warn' };
	children: ComponentChildren;
}

/** A page with one matter: picture, heading, words, actions. */
export function CardPage({ portalName, title, app, bridge, sign, children }: CardProps) {
	return (
		<Page portalName={portalName} title={title}>
			<article class="card">
				<div class="picture">
					{bridge ? <><span class="icon"><Mark /></span><span class="bridge" /></> : null}
					{app ? <AppIcon app={app} /> : null}
					{sign ? <span class={`sign ${sign.tone}`}><Glyph name={sign.glyph} /></span> : null}
				</div>
				<h1><Say text={title} /></h1>
				{children}
			</article>
		</Page>
	);
}

export function renderPage(page: VNode): string {
	return `<!doctype html>${render(page)}`;
}
