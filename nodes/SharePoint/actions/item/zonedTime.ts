// Dates and times that name no time zone are meant in the one of the flow, as everywhere in n8n.
const LOCAL = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?))?$/;

/** What a clock in the zone shows, as if it were UTC; milliseconds. */
function shownAt(time: number, timeZone: string): number {
	const parts = new Intl.DateTimeFormat('en-US', { timeZone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' }).formatToParts(time);
	const of = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.find((part) => part.type === type)?.value);
	return Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
}

/** Milliseconds since the epoch; NaN if it is no date. In the hour that a clock skips, the later of the two readings. */
export function timeOf(text: string, timeZone: string): number {
	const local = LOCAL.exec(text.trim());
	if (local === null) return Date.parse(text);
	const shown = Date.parse(`${local[1]}T${local[2] ?? '00:00'}Z`);
	if (Number.isNaN(shown)) return Number.NaN;
	const offsetAt = (time: number): number => shownAt(Math.floor(time / 1_000) * 1_000, timeZone) - Math.floor(time / 1_000) * 1_000;
	// The offset may be another one on the other side of a change of the clocks.
	const guess = shown - offsetAt(shown);
	return shown - offsetAt(guess);
}

/** The day that a calendar in the zone shows: `2026-01-31`. */
export function dayIn(time: number, timeZone: string): string {
	return new Date(shownAt(time, timeZone)).toISOString().slice(0, 10);
}
