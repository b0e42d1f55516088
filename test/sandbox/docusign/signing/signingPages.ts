// What a recipient sees in the browser: the documents' names, fields to fill in, and the ways out.
import type { Envelope } from '../envelopes/envelope';
import { clientUserIdOf, nameOf, type Recipient } from '../envelopes/recipient';
import { eachTab, typedKinds } from '../envelopes/tabs';
import { html, page } from '../../html';
import type { Wire } from '../wire';

/** Ids for whoever drives a browser: `#finish`, `#decline`, `#cancel`, `#reason`, and `#accessCode` before them. */
export function signingPage(envelope: Envelope, recipient: Recipient): string {
	const fields = eachTab(recipient.tabs).filter(({ kind, tab }) => (typedKinds.has(kind) || kind === 'checkboxTabs') && String(tab['locked']) !== 'true');
	const signatures = eachTab(recipient.tabs).filter(({ kind }) => kind === 'signHereTabs' || kind === 'initialHereTabs').length;
	return page(
		'Docusign – Review and sign',
		html`<h1>${String(envelope.properties['emailSubject'] ?? '')}</h1>
<p id="signer">${nameOf(recipient)}, ${envelope.sender.givenName} ${envelope.sender.familyName} asks you to sign.</p>
<ul id="documents">${envelope.documents.map(({ name }) => html`<li>${name}</li>`)}</ul>
<form method="post">${fields.map(({ kind, tab }) => fieldOf(kind, tab))}
<p class="note">${signatures === 0 ? 'Sign where you like.' : `Signatures: ${signatures}`}</p>
<label for="reason">Reason to decline</label><input id="reason" name="reason" autocomplete="off">
<div class="buttons"><button id="finish" name="act" value="finish">Finish</button><button id="decline" class="plain" name="act" value="decline">Decline to Sign</button>${clientUserIdOf(recipient) ? html`<button id="cancel" class="plain" name="act" value="cancel">Finish Later</button>` : false}</div></form>`,
		'wide',
	);
}

function fieldOf(kind: string, tab: Wire) {
	const label = String(tab['tabLabel']);
	if (kind === 'checkboxTabs') return html`<label><input type="checkbox" name="tab:${label}" value="X" ${String(tab['selected']) === 'true' ? 'checked' : ''}> ${label}</label>`;
	return html`<label for="tab:${label}">${label}</label><input id="tab:${label}" name="tab:${label}" value="${String(tab['value'] ?? '')}">`;
}

export function accessCodePage(failed: boolean): string {
	return page('Docusign – Access code', html`<h1>Please enter the access code to view the document</h1>${failed && html`<p id="error" class="error">The access code is not correct.</p>`}<form method="post"><label for="accessCode">Access code</label><input id="accessCode" name="accessCode" autocomplete="off"><div class="buttons"><button id="validate" name="act" value="accessCode">Validate</button></div></form>`);
}

export function endPage(title: string, text: string): string {
	return page(title, html`<h1 id="ended">${title}</h1><p>${text}</p>`);
}
