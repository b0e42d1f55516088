// TODAY, LAST_N_DAYS:7, THIS_FISCAL_QUARTER, …: spans of time around now. In UTC, with weeks that begin on Sunday
// and a fiscal year that is the calendar's, as for a user of the locale en_US in an org that set up nothing else.
// @see https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_dateformats.htm

const dayMs = 86_400_000;
const pattern = /^(?:(YESTERDAY|TODAY|TOMORROW)|(LAST|NEXT)_90_DAYS|(LAST|THIS|NEXT)_(?:FISCAL_)?(WEEK|MONTH|QUARTER|YEAR)|(LAST|NEXT)_N_(?:FISCAL_)?(DAY|WEEK|MONTH|QUARTER|YEAR)S:(\d+)|N_(?:FISCAL_)?(DAY|WEEK|MONTH|QUARTER|YEAR)S_AGO:(\d+))$/i;

type Unit = 'DAY' | 'WEEK' | 'MONTH' | 'QUARTER' | 'YEAR';

export function isDateLiteral(text: string): boolean {
	return pattern.test(text);
}

/** First and last millisecond of the span. `literal` must be one. */
export function dateSpan(literal: string, nowMs = Date.now()): [startMs: number, endMs: number] {
	const [, day, ninety, which, unit, direction, countedUnit, count, agoUnit, ago] = pattern.exec(literal.toUpperCase())!;
	const span = (of: Unit, from: number, to: number): [number, number] => [startOf(of, from, nowMs), startOf(of, to, nowMs) - 1];
	if (day) {
		const offset = ['YESTERDAY', 'TODAY', 'TOMORROW'].indexOf(day) - 1;
		return span('DAY', offset, offset + 1);
	}
	if (unit) {
		const offset = ['LAST', 'THIS', 'NEXT'].indexOf(which!) - 1;
		return span(unit as Unit, offset, offset + 1);
	}
	if (agoUnit) return span(agoUnit as Unit, -Number(ago), -Number(ago) + 1);
	const n = ninety ? 90 : Number(count);
	const of = ninety ? 'DAY' : (countedUnit as Unit);
	if ((ninety ?? direction) === 'NEXT') return span(of, 1, n + 1);
	// Days include today; weeks, months, quarters and years end before the current one.
	return span(of, -n, of === 'DAY' ? 1 : 0);
}

/** The start of the unit that is `offset` units from the current one. */
function startOf(unit: Unit, offset: number, nowMs: number): number {
	const now = new Date(nowMs);
	const [year, month] = [now.getUTCFullYear(), now.getUTCMonth()];
	const today = Math.floor(nowMs / dayMs) * dayMs;
	switch (unit) {
		case 'DAY':
			return today + offset * dayMs;
		case 'WEEK':
			return today - now.getUTCDay() * dayMs + offset * 7 * dayMs;
		case 'MONTH':
			return Date.UTC(year, month + offset, 1);
		case 'QUARTER':
			return Date.UTC(year, Math.floor(month / 3) * 3 + offset * 3, 1);
		case 'YEAR':
			return Date.UTC(year + offset, 0, 1);
	}
}
