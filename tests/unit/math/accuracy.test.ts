import { describe, expect, it } from 'vitest';
import { exp } from '../../../src/lib/math/exp';
import { log } from '../../../src/lib/math/log';
import { pow } from '../../../src/lib/math/pow';
import { tanh } from '../../../src/lib/math/tanh';
import { cos, sin } from '../../../src/lib/math/trigonometry';
import { Random } from '../../../src/lib/random/random';
import {
	exact,
	numberOfBits,
	referenceCos,
	referenceExp,
	referenceLog,
	referencePow,
	referenceSin,
	referenceTanh,
	ulpError,
	type Exact
} from './reference';

/** Any finite number, all bit patterns alike: most are far from 1, one in 2,000 is subnormal. */
function anyNumber(random: Random): number {
	for (;;) {
		const bits = (BigInt(random.uint32()) << 32n) | BigInt(random.uint32());
		const x = numberOfBits(bits);
		if (Number.isFinite(x) && x !== 0) return x;
	}
}

function subnormal(random: Random): number {
	const fraction = (BigInt(random.uint32()) << 32n) | BigInt(random.uint32());
	return numberOfBits(fraction >> 12n) + 5e-324;
}

/** A number at about 1, as near as neighbors are. */
function nearOne(random: Random): number {
	return 1 + random.uniform(-0.5, 0.5) * 2 ** -random.integer(52);
}

const between = (low: number, high: number) => (random: Random) => random.uniform(low, high);
const tiny = (random: Random) => random.uniform(-1, 1) * 2 ** -random.integer(1070);
const multipleOfHalfPi = (random: Random) =>
	(random.integer(2 ** random.integer(20)) * Math.PI) / 2;

const angles = {
	'around zero': between(-7, 7),
	'to a million': between(-1e6, 1e6),
	'next to multiples of pi/2': multipleOfHalfPi,
	'of every size': (random: Random) => random.uniform(-1, 1) * 2 ** (random.integer(40) - 20),
	tiny
};

interface Judged {
	readonly name: string;
	readonly ours: (x: number) => number;
	readonly reference: (x: number) => Exact;
	/** What the function's own description states. */
	readonly worst: number;
	readonly samples: Record<string, (random: Random) => number>;
}

const judged: readonly Judged[] = [
	{
		name: 'exp',
		ours: exp,
		reference: referenceExp,
		worst: 1,
		samples: {
			'whole range': between(-746, 710),
			'around zero': between(-2, 2),
			tiny,
			'subnormal results': between(-746, -708)
		}
	},
	{
		name: 'log',
		ours: log,
		reference: referenceLog,
		worst: 1,
		samples: {
			'all bit patterns': (random) => Math.abs(anyNumber(random)),
			'around one': between(0.5, 2),
			'next to one': nearOne,
			subnormal
		}
	},
	{
		name: 'tanh',
		ours: tanh,
		reference: referenceTanh,
		worst: 3.3,
		samples: {
			'whole range': between(-25, 25),
			'around zero': between(-3, 3),
			'without scaling': between(-0.2, 0.2),
			tiny
		}
	},
	{ name: 'sin', ours: sin, reference: referenceSin, worst: 1, samples: angles },
	{ name: 'cos', ours: cos, reference: referenceCos, worst: 1, samples: angles }
];

const count = 20_000;

describe.each(judged)('$name', ({ name, ours, reference, worst, samples }) => {
	it.each(Object.keys(samples))(`is within ${worst} ulp: %s`, (range) => {
		const random = new Random(1, `${name} ${range}`);
		let found = 0;
		let at = NaN;
		for (let i = 0; i < count; i++) {
			const x = samples[range]!(random);
			const error = ulpError(ours(x), reference(x));
			if (!(error <= found)) [found, at] = [error, x];
		}
		expect(found, `worst at ${at}`).toBeLessThanOrEqual(worst);
	});
});

describe('pow', () => {
	/** An exponent that takes `x` anywhere between the smallest and the largest number. */
	const fitting = (x: number, random: Random) =>
		x === 1 ? random.uniform(-9, 9) : random.uniform(-745, 710) / Math.log(x);
	const samples: Record<string, (random: Random) => [number, number]> = {
		'all bit patterns': (random) => {
			const x = Math.abs(anyNumber(random));
			return [x, fitting(x, random)];
		},
		'next to one': (random) => {
			const x = nearOne(random);
			return [x, fitting(x, random)];
		},
		'near one': (random) => [random.uniform(0.7, 1.42), random.uniform(-2000, 2000)],
		'everyday numbers': (random) => [random.uniform(0, 10), random.uniform(-10, 10)],
		'integer exponents': (random) => [random.uniform(0, 100), random.integer(41) - 20],
		'subnormal bases': (random) => [subnormal(random), random.uniform(-0.95, 1.05)]
	};

	it.each(Object.keys(samples))('is within 1.1 ulp: %s', (range) => {
		const random = new Random(1, `pow ${range}`);
		let found = 0;
		let at: unknown;
		for (let i = 0; i < count; i++) {
			const [x, y] = samples[range]!(random);
			const error = ulpError(pow(x, y), referencePow(x, y));
			if (!(error <= found)) [found, at] = [error, [x, y]];
		}
		expect(found, `worst at ${String(at)}`).toBeLessThanOrEqual(1.1);
	});
});

describe('the reference', () => {
	const digits = (value: Exact): string => {
		const scaled = value.mantissa * 10n ** 45n;
		return String(scaled >> BigInt(-value.exponent)).slice(0, 45);
	};

	it('knows the first 45 digits of published constants', () => {
		expect(digits(referenceExp(1))).toBe('271828182845904523536028747135266249775724709');
		expect(digits(referenceLog(2))).toBe('693147180559945309417232121458176568075500134');
		expect(digits(referencePow(2, 0.5))).toBe('141421356237309504880168872420969807856967187');
		expect(digits(referenceSin(1))).toBe('841470984807896506652502321630298999622563060');
		expect(digits(referenceCos(1))).toBe('540302305868139717400936607442976603732310420');
		expect(digits(referenceTanh(1))).toBe('761594155955764888119458282604793590412768597');
	});

	it('counts units of the last place', () => {
		expect(ulpError(1, exact(1))).toBe(0);
		expect(ulpError(1 + 2 ** -52, exact(1))).toBe(1);
		expect(ulpError(1 - 2 ** -53, exact(1))).toBe(0.5);
		expect(ulpError(10e-324, exact(5e-324))).toBe(1);
		expect(ulpError(Infinity, exact(Number.MAX_VALUE))).toBeGreaterThanOrEqual(1);
		expect(ulpError(NaN, exact(1))).toBe(Infinity);
	});
});
