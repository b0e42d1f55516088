// Contrast as WCAG 2.2 counts it. @see https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio

/** Text of usual size (success criterion 1.4.3), with a little in reserve for rounding. */
const ENOUGH = 4.6;
const STEP = 0.04;

type Channels = [red: number, green: number, blue: number];

const channels = (colour: string): Channels => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16)) as Channels;
const toColour = (parts: Channels): string => `#${parts.map((part) => Math.round(part).toString(16).padStart(2, '0')).join('')}`;

function luminance(colour: string): number {
	const [red, green, blue] = channels(colour).map((part) => part / 255).map((part) => (part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)) as Channels;
	return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** @param a,b `#rrggbb` */
export function contrast(a: string, b: string): number {
	const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
	return (high + 0.05) / (low + 0.05);
}

function mixed(colour: string, target: string, share: number): string {
	const to = channels(target);
	return toColour(channels(colour).map((part, i) => part + (to[i]! - part) * share) as Channels);
}

/**
 * The colour, darkened on light grounds and lightened on dark ones just as far as it takes to be read on all of them.
 * @param choices instead of changing it: the one of these that is read best
 * @param more steps beyond what it takes, e.g. for a colour under the pointer
 */
export function readable(colour: string, grounds: string[], choices?: string[], more = 0): string {
	const worst = (candidate: string): number => Math.min(...grounds.map((ground) => contrast(candidate, ground)));
	if (choices !== undefined) return choices.reduce((best, choice) => (worst(choice) > worst(best) ? choice : best));
	const target = luminance(grounds[0] ?? '#ffffff') > 0.18 ? '#000000' : '#ffffff';
	let share = 0;
	while (share < 1 && worst(mixed(colour, target, share)) < ENOUGH) share += STEP;
	return mixed(colour, target, Math.min(1, share + more * 3 * STEP));
}
