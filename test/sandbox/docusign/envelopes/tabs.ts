// Tabs: the fields that recipients fill in and sign, by kind.
// @see https://developers.docusign.com/docs/esign-rest-api/esign101/concepts/tabs/
import { badRequest, invalidParameter } from '../apiErrors';
import { listOf, textOf, wireOf, type Wire } from '../wire';
import { newId } from './envelope';

/** Kind (`signHereTabs`, …) to its tabs, each with a `tabId`. */
export type Tabs = Record<string, Wire[]>;

/** Kind to `tabType`. */
export const tabTypes: Readonly<Record<string, string>> = {
	approveTabs: 'approve',
	checkboxTabs: 'checkbox',
	companyTabs: 'company',
	dateSignedTabs: 'datesigned',
	dateTabs: 'date',
	declineTabs: 'decline',
	emailAddressTabs: 'emailaddress',
	emailTabs: 'email',
	envelopeIdTabs: 'envelopeid',
	firstNameTabs: 'firstname',
	formulaTabs: 'formula',
	fullNameTabs: 'fullname',
	initialHereTabs: 'initialhere',
	lastNameTabs: 'lastname',
	listTabs: 'list',
	noteTabs: 'note',
	numberTabs: 'number',
	numericalTabs: 'numerical',
	radioGroupTabs: 'radiogroup',
	signHereTabs: 'signhere',
	signerAttachmentTabs: 'signerattachment',
	ssnTabs: 'ssn',
	textTabs: 'text',
	titleTabs: 'title',
	viewTabs: 'view',
	zipTabs: 'zip',
};

/** Kinds whose value a person types. */
export const typedKinds: ReadonlySet<string> = new Set(['companyTabs', 'dateTabs', 'emailTabs', 'listTabs', 'numberTabs', 'numericalTabs', 'ssnTabs', 'textTabs', 'titleTabs', 'zipTabs']);

export function readTabs(source: unknown, recipientId: string): Tabs {
	const tabs: Tabs = {};
	for (const [kind, list] of Object.entries(wireOf(source))) {
		if (kind === 'prefillTabs' || kind === 'tabGroups') continue;
		if (!(kind in tabTypes)) throw invalidParameter(`Unknown tab type '${kind}'.`);
		tabs[kind] = listOf(list).map((tab) => readTab(kind, tab, recipientId));
	}
	return tabs;
}

function readTab(kind: string, tab: Wire, recipientId: string): Wire {
	const texts = Object.fromEntries(Object.entries(tab).map(([name, value]) => [name, textOf(value) ?? value]));
	const isSignature = kind === 'signHereTabs' || kind === 'initialHereTabs';
	return {
		...(isSignature ? { name: kind === 'signHereTabs' ? 'SignHere' : 'InitialHere', optional: 'false', scaleValue: '1' } : {}),
		...(kind === 'textTabs' && { value: '', required: 'true', locked: 'false', maxLength: '4000' }),
		...texts,
		tabLabel: textOf(tab['tabLabel']) || textOf(tab['groupName']) || textOf(tab['name']) || `${tabTypes[kind]} ${newId()}`,
		tabId: textOf(tab['tabId']) || newId(),
		tabType: tabTypes[kind],
		documentId: textOf(tab['documentId']) ?? '1',
		recipientId,
	};
}

export function tabCount(tabs: Tabs): number {
	return Object.values(tabs).reduce((sum, list) => sum + list.length, 0);
}

export function tabsAnswer(tabs: Tabs): Wire {
	return Object.fromEntries(Object.entries(tabs).filter(([, list]) => list.length > 0));
}

export function addTabs(tabs: Tabs, more: Tabs): void {
	for (const [kind, list] of Object.entries(more)) tabs[kind] = [...(tabs[kind] ?? []), ...list];
}

/** Every tab with its kind. */
export function eachTab(tabs: Tabs): Array<{ kind: string; tab: Wire }> {
	return Object.entries(tabs).flatMap(([kind, list]) => list.map((tab) => ({ kind, tab })));
}

/**
 * Puts the values of `source` into the tabs that a template has, found by label; a tab that the template does not have is added.
 * `\*` at the start of a label means: every tab whose label begins so.
 */
export function fillTabs(tabs: Tabs, source: unknown, recipientId: string): void {
	for (const [kind, list] of Object.entries(readTabs(source, recipientId))) {
		const rest = list.filter((given) => {
			const label = String(given['tabLabel']);
			const isTheLabel = (tab: Wire): boolean => (label.startsWith('\\*') ? String(tab['tabLabel']).startsWith(label.slice(2)) : tab['tabLabel'] === label);
			const found = (tabs[kind] ?? []).filter(isTheLabel);
			for (const tab of found) setValue(tab, given);
			return found.length === 0;
		});
		// Only a tab that says where it goes can be put somewhere.
		const placed = rest.filter((tab) => tab['anchorString'] !== undefined || tab['xPosition'] !== undefined);
		if (placed.length > 0) addTabs(tabs, { [kind]: placed });
	}
}

export function setValue(tab: Wire, given: Wire): void {
	for (const name of ['value', 'selected', 'radios', 'listItems', 'locked', 'required']) if (given[name] !== undefined) tab[name] = given[name];
}

/** Throws for a tab whose text stands in no document. */
export function checkAnchors(tabs: Tabs, contains: (documentId: string, text: string) => boolean): void {
	for (const { tab } of eachTab(tabs)) {
		const anchor = textOf(tab['anchorString']);
		if (!anchor || String(tab['anchorIgnoreIfNotPresent']).toLowerCase() === 'true') continue;
		if (!contains(String(tab['documentId']), anchor)) throw badRequest('ANCHOR_TAB_STRING_NOT_FOUND', `The anchor text does not exist in the document. Anchor Text ${anchor}.`);
	}
}
