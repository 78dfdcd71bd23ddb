/** `npm run test:engines`: the whole of tests/engines, in each engine that is found. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const child = spawn('npm run build && vitest run --project=engines --reporter=verbose', {
	cwd: fileURLToPath(new URL('../../', import.meta.url)),
	shell: true,
	stdio: 'inherit',
	env: { ...process.env, ENGINES: 'long' }
});
child.on('close', (code) => (process.exitCode = code ?? 1));
