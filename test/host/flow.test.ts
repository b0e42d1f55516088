import { agent, chatModel, condition, flow, manualTrigger, noOp, set } from './workflows';

describe('flow', () => {
	it('connects a chain by first outputs and inputs', () => {
		const { connections } = flow('A').chain(manualTrigger('Start'), noOp('Middle'), noOp('End')).draft();
		expect(connections).toEqual({
			Start: { main: [[{ node: 'Middle', type: 'main', index: 0 }]] },
			Middle: { main: [[{ node: 'End', type: 'main', index: 0 }]] },
		});
	});

	it('leaves the outputs before the connected one empty', () => {
		const { connections } = flow('A').node(condition('={{ true }}'), noOp('No')).connect('If', 'No', { output: 1 }).draft();
		expect(connections['If']?.['main']).toEqual([[], [{ node: 'No', type: 'main', index: 0 }]]);
	});

	it('draws nodes from left to right and sub-nodes below their agent', () => {
		const credential = { id: '1', name: 'Model', type: 'openAiApi' };
		const { nodes } = flow('A')
			.chain(manualTrigger('Start'), agent('Hello'), set({ a: 1 }, 'After'))
			.node(chatModel(credential))
			.connect('Chat Model', 'AI Agent', { type: 'ai_languageModel' })
			.draft();
		const [start, middle, after, model] = nodes.map(({ position }) => position);
		expect([start?.[0], middle?.[0], after?.[0]]).toEqual([0, 256, 512]);
		expect(model?.[0]).toBe(middle?.[0]);
		expect(model?.[1]).toBeGreaterThan(middle?.[1] ?? 0);
	});

	it('refuses two nodes of one name and connections to nobody', () => {
		expect(() => flow('A').node(noOp('Same'), noOp('Same'))).toThrow('two nodes named "Same"');
		expect(() => flow('A').node(noOp('Here')).connect('Here', 'There')).toThrow('no node "There"');
	});
});
