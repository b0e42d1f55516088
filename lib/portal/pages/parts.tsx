// The building blocks of the pages. Foreign strings become text here and nowhere else: preact escapes them,
// `Value` isolates their direction and shows characters that would otherwise be invisible.
import type { ComponentChildren } from 'preact';

import { type Sentence, texts } from '../texts';
import { safeHref } from './safeHref';
import type { AppView, FormView, LiveView, ScopeView, SignInOption } from './views';

/** Controls, direction marks, lone surrogates, and what has no width: used to make one name look like another. */
const INVISIBLE = /[\p{Cs}\p{Bidi_Control}\u200B\u2060-\u206F\uFEFF\u00AD\u115F\u1160\u3164\uFFA0\u{E0000}-\u{E0FFF}]|(?![\n\t])\p{Cc}/gu;
/** Joiners are part of honest names in Persian, Hindi and emoji, never of an address. */
const JOINERS = /[\u200C\u200D]/gu;

export function visible(text: string): string {
	const shown = text.replace(INVISIBLE, '\uFFFD');
	// eslint-disable-next-line no-control-regex, no-misleading-character-class -- ASCII as a whole, and single joiners, are what is looked for
	return /^[\x00-\x7F\u200C\u200D\uFFFD]*$/.test(shown) ? shown.replace(JOINERS, '\uFFFD') : shown;
}

export function plain(text: Sentence | string): string {
	return typeof text === 'string' ? visible(text) : text.words.map((word, i) => word + visible(text.values[i] ?? '')).join('');
}

/** A browser's translation must not touch names and codes. preact's type knows a boolean only, which renders nothing. */
export const UNTRANSLATED = { translate: 'no' } as object;

export const Value = ({ text }: { text: string }) => <bdi {...UNTRANSLATED}>{visible(text)}</bdi>;

export function Say({ text }: { text: Sentence | string }) {
	if (typeof text === 'string') return <>{text}</>;
	return <>{text.words.map((word, i) => [word, i < text.values.length ? <Value text={text.values[i] ?? ''} /> : null])}</>;
}

export function AppIcon({ app, small }: { app: AppView; small?: boolean }) {
	const size = small ? 'icon small' : 'icon';
	if (!app.iconSvg) return <span class={size} aria-hidden="true">{[...visible(app.name).trim()][0]?.toUpperCase() ?? '·'}</span>;
	return <img class={size} alt="" src={`data:image/svg+xml;base64,${Buffer.from(app.iconSvg, 'utf8').toString('base64')}`} />;
}

type Look = 'primary' | 'secondary' | 'danger' | 'quiet';

/** Nothing at all if the action is no address that a page may post to. */
export function PostForm({ form, look = 'primary', icon, children }: { form?: FormView; look?: Look; icon?: AppView; children: ComponentChildren }) {
	const action = safeHref(form?.action);
	if (!form || !action) return null;
	// autocomplete=off: Firefox would otherwise restore an old token into the hidden fields on reload.
	return (
		<form method="post" action={action} autocomplete="off">
			{Object.entries(form.hidden).map(([name, value]) => <input type="hidden" name={name} value={value} />)}
			{/* One span, since a flex container drops the spaces between its children. */}
			<button type="submit" class={`button ${look}`}>{icon ? <AppIcon app={icon} small /> : null}<span>{children}</span></button>
		</form>
	);
}

export function ButtonLink({ href, look = 'secondary', children }: { href?: string; look?: Look; children: ComponentChildren }) {
	const address = safeHref(href);
	return address ? <a class={`button ${look}`} href={address}>{children}</a> : null;
}

export const PortalLink = ({ href }: { href?: string }) => <ButtonLink href={href}>{texts.openMyConnectedApps}</ButtonLink>;

export const Actions = ({ children }: { children: ComponentChildren }) => <div class="actions">{children}</div>;

export function Notice({ tone = 'info', children }: { tone?: 'info' | 'good' | 'warn'; children: ComponentChildren }) {
	return <div class={`notice ${tone}`} role="status"><Glyph name={tone} /><div>{children}</div></div>;
}

/** Whoever is disturbed by a page that is loaded again by itself can stop that (WCAG 2.2.2), and look again when they like. */
export function Live({ live: { nextHref, stopHref, againHref } = {} }: { live?: LiveView }) {
	const t = texts.live;
	const [words, link, href] = nextHref === undefined ? [t.stopped, t.again, safeHref(againHref)] : [t.updates, t.stop, safeHref(stopHref)];
	return href ? <p class="fine live">{words}{' '}<a href={href}>{link}</a></p> : null;
}

/** A list of label and value; entries without a value are left out. */
export function Facts({ entries }: { entries: [label: string, value: ComponentChildren | undefined][] }) {
	const known = entries.filter(([, value]) => value !== undefined && value !== '');
	if (known.length === 0) return null;
	return <dl class="facts">{known.map(([label, value]) => <div><dt>{label}</dt><dd>{value}</dd></div>)}</dl>;
}

export function Scopes({ scopes }: { scopes: ScopeView[] }) {
	return (
		<ul class="scopes">
			{scopes.map(({ scope, meaning }) => (
				<li>
					<Glyph name="tick" />
					<span>{meaning ? <span class="meaning">{visible(meaning)}</span> : null}<code {...UNTRANSLATED}>{visible(scope)}</code></span>
				</li>
			))}
		</ul>
	);
}

export function SignInButtons({ options }: { options: SignInOption[] }) {
	return (
		<div class="stack">
			{options.map(({ app, form }) => (
				<PostForm form={form} look="secondary" icon={app}><Say text={texts.portalSignIn.signInWith(app.name)} /></PostForm>
			))}
		</div>
	);
}

const GLYPHS = {
	good: 'M3.5 8.5 6.5 11.5 12.5 4.5',
	tick: 'M3.5 8.5 6.5 11.5 12.5 4.5',
	info: 'M8 7.2v4M8 4.6v.1',
	warn: 'M8 4.4v4.4M8 11.3v.1',
	closed: 'M4.5 4.5 11.5 11.5M11.5 4.5 4.5 11.5',
	mail: 'M2.5 4h11v8h-11zM2.5 4.5 8 8.8l5.5-4.3',
	person: 'M8 8a2.6 2.6 0 1 0 0-5.2A2.6 2.6 0 0 0 8 8M3 13.4c.6-2.3 2.6-3.4 5-3.4s4.4 1.1 5 3.4',
	chevron: 'M6 4l4 4-4 4',
	arrow: 'M2.5 8h11M9.5 4l4 4-4 4',
};

export type GlyphName = keyof typeof GLYPHS;

export function Glyph({ name }: { name: GlyphName }) {
	return <svg class={`glyph ${name}`} viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><path d={GLYPHS[name]} /></svg>;
}
