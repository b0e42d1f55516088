import { parseFlatted } from './flatted';

describe('parseFlatted', () => {
	it('follows the indices of strings, objects and lists', () => {
		const text = '[{"list":"1","text":"2","number":7,"none":null},["2",true,"3"],"a",{"text":"4"},"5"]';
		expect(parseFlatted(text)).toEqual({ list: ['a', true, { text: '5' }], text: 'a', number: 7, none: null });
	});

	it('keeps an object that holds itself', () => {
		const parsed = parseFlatted('[{"self":"0"}]') as { self: unknown };
		expect(parsed.self).toBe(parsed);
	});

	it('refuses what is not flatted', () => {
		expect(() => parseFlatted('{"a":1}')).toThrow('Not flatted');
	});
});
