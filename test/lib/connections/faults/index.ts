import type { MakePlace } from '../../vault/contract/setup';
import { describeAnswers } from './answers';
import { describeBackups } from './backups';
import { describeClocks } from './clocks';
import { useFaultWorld, type FaultWorld } from './faultWorld';
import { describeKilled } from './killed';
import { describeOvertaken } from './overtaken';

/**
 * What a refresh outlives, whatever the database.
 * @param describeOwn what only this database can do wrong
 */
export function describeFaults(makePlace: MakePlace, describeOwn: (world: FaultWorld) => void = () => undefined): void {
	describe('when things go wrong', () => {
		const world = useFaultWorld(makePlace);
		describeKilled(world);
		describeAnswers(world);
		describeClocks(world);
		describeOvertaken(world);
		describeBackups(world);
		describeOwn(world);
	});
}
