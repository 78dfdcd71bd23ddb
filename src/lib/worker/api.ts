import type { Session } from '../training/session';

/** What the page may ask of the training worker. The page pulls; the worker never pushes. */
export type TrainingApi = Pick<Session, 'load' | 'tune' | 'advance' | 'heatmaps'>;
