import type { DatasetName } from '../data/datasets';
import type { Dataset, Experiment } from './schema';

/** A generated dataset as one first meets it. */
export function generated(kind: DatasetName): Dataset {
	return { kind, samples: 100, noise: 0.1, trainShare: 80 };
}

/** The experiment that a first visit shows. */
export const defaultExperiment: Experiment = {
	version: 1,
	seed: 1337,
	dataset: generated('moons'),
	hiddenLayers: [8, 8],
	activation: 'tanh',
	initialization: 'scaled-uniform',
	loss: 'max-margin',
	learningRate: 0.3,
	schedule: { kind: 'constant' },
	l2: 0.0001,
	batchSize: 'full',
	events: []
};

/** The published run of micrograd's demo notebook, number for number. */
const notebookExperiment: Experiment = {
	...defaultExperiment,
	dataset: { kind: 'notebook' },
	hiddenLayers: [16, 16],
	activation: 'relu',
	initialization: 'notebook',
	learningRate: 1,
	schedule: { kind: 'linear', steps: 100 }
};

/** Experiments that a link can name: `#preset=spiral`. */
export const presets = {
	moons: defaultExperiment,
	circle: { ...defaultExperiment, dataset: generated('circle') },
	xor: { ...defaultExperiment, dataset: generated('xor') },
	gaussians: { ...defaultExperiment, dataset: generated('gaussians') },
	spiral: { ...defaultExperiment, dataset: generated('spiral'), hiddenLayers: [16, 16] },
	drawn: { ...defaultExperiment, dataset: { kind: 'drawn', points: [], trainShare: 80 } },
	notebook: notebookExperiment
} as const satisfies Record<string, Experiment>;

/** The name of a preset. */
export type PresetName = keyof typeof presets;
