/** The storage has not answered in time. It may still do so. */
export class Unanswered extends Error {
	override name = 'Unanswered';

	constructor() {
		super('The storage does not answer.');
	}
}

/**
 * What `answer` comes to, if it comes in time. A late answer is dropped.
 * @param patience - how long to wait, in milliseconds
 * @throws Unanswered when it takes longer
 */
export function inTime<Answer>(answer: Promise<Answer>, patience: number): Promise<Answer> {
	return new Promise((resolve, reject) => {
		const timer = setTimeout(() => {
			reject(new Unanswered());
		}, patience);
		answer.then(resolve, reject).finally(() => {
			clearTimeout(timer);
		});
	});
}
