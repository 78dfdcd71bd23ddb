/** A neuron's place: layer 0 is the first that computes, neuron 0 its first. */
interface OfNeuron {
	readonly layer: number;
	readonly neuron: number;
}

/** What a node is to the loss of a sample. */
export type Role =
	| { readonly kind: 'input'; readonly input: number }
	| { readonly kind: 'target' | 'strength' | 'output' | 'data loss' | 'penalty' | 'loss' }
	| ({ readonly kind: 'weight'; readonly input: number } & OfNeuron)
	| ({ readonly kind: 'bias' | 'sum' | 'hidden' } & OfNeuron);

const letters = { weight: 'w', bias: 'b', sum: 'z', hidden: 'h' } as const;

/** The name that graphs show: x1, w1.3.2 (layer 1, neuron 3, second input), b1.3, z1.3, h1.3, output. */
export function labelOf(role: Role): string {
	switch (role.kind) {
		case 'input':
			return `x${role.input + 1}`;
		case 'weight':
		case 'bias':
		case 'sum':
		case 'hidden': {
			const name = `${letters[role.kind]}${role.layer + 1}.${role.neuron + 1}`;
			return role.kind === 'weight' ? `${name}.${role.input + 1}` : name;
		}
		case 'penalty':
			return 'L2';
		default:
			return role.kind;
	}
}
