import type { IExecuteFunctions, NodeTypeAndVersion } from 'n8n-workflow';

import type { AnswerMode } from '../vault';

const RESPOND_TO_WEBHOOK = 'n8n-nodes-base.respondToWebhook';
/** The one trigger whose caller may be sent elsewhere; a Form Trigger keeps its browser on n8n's own page. */
const ANSWERING_TRIGGER = 'n8n-nodes-base.webhook';

/** How the flow owes its answer, and whether this node may give it instead. */
export interface FlowAnswer {
	mode: AnswerMode;
	/** Path suffix of the restart webhook that answers like the flow's trigger would. */
	restartPath: '' | 'respond' | 'last' | 'last-all';
	/** `sendResponse` reaches the caller now. */
	callerWaits: boolean;
}

const NOTHING_OWED: FlowAnswer = { mode: 'none', restartPath: '', callerWaits: false };

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
	return parents.find((parent) => parent.type === ANSWERING_TRIGGER && parent.disabled !== true && hasRun(context, parent.name));
}

/** Reads it from the trigger that started this execution; in sub-workflows no browser is assumed. */
export function readFlowAnswer(context: IExecuteFunctions): FlowAnswer {
	if (context.getMode() === 'integrated') return NOTHING_OWED;
	const trigger = triggerOf(context);
	if (trigger === undefined) return NOTHING_OWED;
	const parameters = trigger.parameters ?? {};
	const responseMode = parameters.responseMode ?? 'onReceived';
	const respondsLater = context.getChildNodes(context.getNode().name).some((child) => child.type === RESPOND_TO_WEBHOOK && child.disabled !== true);
	if (responseMode === 'responseNode') {
		return respondsLater ? { mode: 'responseNode', restartPath: 'respond', callerWaits: true } : NOTHING_OWED;
	}
	// "No Response Body": what the flow has found is not for whoever called it, nor for whoever signs in.
	if (responseMode === 'lastNode' && parameters.responseData !== 'noData') {
		return { mode: 'lastNode', restartPath: parameters.responseData === 'allEntries' ? 'last-all' : 'last', callerWaits: false };
	}
	return NOTHING_OWED;
}
