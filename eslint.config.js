import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

/** `Math` functions whose result IEEE 754 or the language fixes to the last bit. */
const exactMath = ['sqrt', 'abs', 'floor', 'min', 'max', 'sign', 'imul', 'clz32'];

export default ts.config(
	{
		ignores: [
			'build/',
			'.svelte-kit/',
			'node_modules/',
			'test-results/',
			'tests/bench/build/',
			// AssemblyScript, which is another language.
			'src/lib/compile/machine/*.ts',
			'!src/lib/compile/machine/fields.ts'
		]
	},
	js.configs.recommended,
	...ts.configs.strict,
	...ts.configs.stylistic,
	...svelte.configs.recommended,
	{
		languageOptions: { globals: { ...globals.browser, ...globals.node } },
		linterOptions: { reportUnusedDisableDirectives: 'error' },
		rules: {
			'@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
			'@typescript-eslint/consistent-type-imports': 'error',
			'@typescript-eslint/no-non-null-assertion': 'off',
			'no-undef': 'off'
		}
	},
	{
		files: ['**/*.svelte', '**/*.svelte.ts'],
		languageOptions: {
			parserOptions: { extraFileExtensions: ['.svelte'], parser: ts.parser, svelteConfig }
		}
	},
	{
		// Same link, same numbers: what feeds a run may use only functions that every browser rounds alike.
		files: ['src/lib/{math,random,engine,nn,optim,compile,data,experiment,training}/**/*.ts'],
		rules: {
			'no-restricted-syntax': [
				'error',
				{
					selector: `MemberExpression[object.name="Math"]:not([property.name=/^(${exactMath.join('|')}|[A-Z0-9_]+)$/])`,
					message: `Only Math.${exactMath.join(', Math.')} give the same bits in every browser; use src/lib/math.`
				},
				{
					selector: 'VariableDeclarator[init.name="Math"]',
					message: 'Name the function at its use, so that the rule above can see it.'
				},
				{ selector: 'BinaryExpression[operator="**"]', message: 'Use pow from src/lib/math.' }
			],
			'no-restricted-globals': ['error', { name: 'Date', message: 'Time is handed in.' }]
		}
	}
);
