import type { IExecuteFunctions, NodeTypeAndVersion } from 'n8n-workflow';

import type { AnswerMode } from '../vault';

const RESPOND_TO_WEBHOOK = 'n8n-nodes-base.respondToWebhook';
/** Triggers whose caller waits for an answer. */
const ANSWERING_TRIGGERS = new Set(['n8n-nodes-base.webhook', 'n8n-nodes-base.formTrigger']);

/** How the flow owes its answer, and whether this node may give it instead. */
export interface FlowAnswer {
	mode: AnswerMode;
	/** Path suffix of the restart webhook that answers like the flow's trigger would. */
	restartPath: '' | 'respond' | 'last' | 'last-all';
	/** `sendResponse` reaches the caller now. */
	callerWaits: boolean;
	/** The caller is a form page in a sandbox: it follows no link that has to keep a cookie. */
	isForm: boolean;
}

const NOTHING_OWED: FlowAnswer = { mode: 'none', restartPath: '', callerWaits: false, isForm: false };

function hasRun(context: IExecuteFunctions, nodeName: string): boolean {
	try {
		const lookUp = context.getWorkflowDataProxy(0).$ as (name: string) => { isExecuted?: boolean };
		return lookUp(nodeName).isExecuted === true;
	} catch {
		// n8n throws for a node that has no data in this execution: then it has not run.
		return false;
	}
}

function triggerOf(context: IExecuteFunctions): NodeTypeAndVersion | undefined {
	const parents = context.getParentNodes(context.getNode().name, { includeNodeParameters: true });
	return parents.find((parent) => ANSWERING_TRIGGERS.has(parent.type) && parent.disabled !== true && hasRun(context, parent.name));
}

/** Reads it from the trigger that started this execution; in sub-workflows no browser is assumed. */
export function readFlowAnswer(context: IExecuteFunctions): FlowAnswer {
	if (context.getMode() === 'integrated') return NOTHING_OWED;
	const trigger = triggerOf(context);
	if (trigger === undefined) return NOTHING_OWED;
	const parameters = trigger.parameters ?? {};
	const isForm = trigger.type === 'n8n-nodes-base.formTrigger';
	const responseMode = parameters.responseMode ?? 'onReceived';
	const respondsLater = context.getChildNodes(context.getNode().name).some((child) => child.type === RESPOND_TO_WEBHOOK && child.disabled !== true);
	if (responseMode === 'responseNode') {
		return respondsLater ? { mode: 'responseNode', restartPath: 'respond', callerWaits: true, isForm } : { ...NOTHING_OWED, isForm };
	}
	if (responseMode === 'lastNode') {
		return { mode: 'lastNode', restartPath: parameters.responseData === 'allEntries' ? 'last-all' : 'last', callerWaits: false, isForm };
	}
	return NOTHING_OWED;
}
