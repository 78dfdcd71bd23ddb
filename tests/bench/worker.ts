import { measure, measureTrainer, type Settings } from './measure';

addEventListener('message', ({ data }: MessageEvent<Settings & { trainer: boolean }>) => {
	const found = data.trainer ? measureTrainer(data.machine) : measure(data);
	void found.then(
		(results) => {
			postMessage({ results });
		},
		(error: unknown) => {
			postMessage({ error: String(error) });
		}
	);
});
