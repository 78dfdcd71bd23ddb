// What the machine and whoever lays out its memory agree on. Both compile this file. A program is a list of instructions,
// each a row of 32-bit words: its kind, then the fields named here by their place in the row. Addresses are in bytes.

/** Weighted sums of shared inputs. */
export const denseKind = 1;
/** One operation on columns. */
export const applyKind = 2;
/** A leaf that is the same for all samples, as a column. */
export const broadcastKind = 3;
/** The backward pass of an operation whose operand has no other reader: the gradient is replaced where it is. */
export const replaceKind = 4;

/** A weighted sum of numbers that are the same for all samples. */
export const dotKind = 5;

export const denseInputs = 1;
export const denseRows = 2;
/** A table of the inputs' columns. */
export const denseInputTable = 3;
/** A table of the addresses of each row's weights. */
export const denseWeightTable = 4;
/** A table of where each row starts: an address, and 1 if it is a column, 0 if it is one number. */
export const denseStartTable = 5;
/** The first column of the results; backward, of their gradients. */
export const denseOut = 6;
export const denseForwardWords = 7;
/** Backward, the starts' table says where their gradients go: an address or 0 for nowhere, and 1 for a column. */
export const denseWeightSums = 7;
/** A table of the columns of the inputs' gradients; 0 if none is needed. */
export const denseInputGradientTable = 8;
/** 1 if nothing was added to those gradients before, so that they start from 0; 0 if they start from what is there. */
export const denseInputGradientsAreFirst = 9;
export const denseBackwardWords = 10;

export const applyCode = 1;
/** How many columns, one after the other. */
export const applyColumns = 2;
export const applyA = 3;
/** 1 if the operand is a column, 0 if it is one number. */
export const applyAIsColumn = 4;
export const applyB = 5;
export const applyBIsColumn = 6;
export const applyOut = 7;
export const applyForwardWords = 8;
export const applyGradient = 8;
/** Where the operand's gradient goes: an address, or 0 for nowhere. */
export const applyATarget = 9;
export const applyATargetIsColumn = 10;
export const applyBTarget = 11;
export const applyBTargetIsColumn = 12;
export const applyBackwardWords = 13;

export const dotCount = 1;
/** The weights, side by side, and the inputs. */
export const dotWeights = 2;
export const dotInputs = 3;
/** Where it starts; backward, where that gradient goes, or 0 for nowhere. */
export const dotStart = 4;
export const dotStartIsColumn = 5;
/** The column of the result; backward, of its gradient. */
export const dotOut = 6;
export const dotForwardWords = 7;
/** Where the gradients of the weights and of the inputs go; 0 for nowhere. */
export const dotWeightSums = 7;
export const dotInputSums = 8;
export const dotBackwardWords = 9;

/** The number; backward, the sum that the column's gradient is added to. */
export const broadcastNumber = 1;
export const broadcastColumn = 2;
export const broadcastWords = 3;

// The head of a program.
/** Bytes between columns. */
export const programStride = 0;
/** Samples in a full block. */
export const programBlock = 1;
export const programForward = 2;
export const programForwardEnd = 3;
export const programBackward = 4;
export const programBackwardEnd = 5;
export const programInputs = 6;
/** A table of the address of each sample leaf's data, and its column. */
export const programInputTable = 7;
export const programGradients = 8;
export const programGradientBytes = 9;
export const programSums = 10;
export const programSumBytes = 11;
export const programRoots = 12;
/** A table of each root's column, its gradient's column, and the sum of its numbers. */
export const programRootTable = 13;
export const programOutputs = 14;
/** A table of each output's column and the address of its results. */
export const programOutputTable = 15;
/** Weights to copy to other places before a run: a table of source and target. */
export const programCopies = 16;
export const programCopyTable = 17;
export const programWords = 18;

// The head of a training.
export const trainingSample = 0;
/** The penalty's program, or 0. */
export const trainingPenalty = 1;
export const trainingParameterCount = 2;
export const trainingParameters = 3;
export const trainingNext = 4;
export const trainingGradient = 5;
/** For each parameter where its uses begin in the next table, and at last where they all end. */
export const trainingUseOffsets = 6;
/** The sums of all uses. */
export const trainingUses = 7;
export const trainingRates = 8;
export const trainingStarts = 9;
export const trainingCounts = 10;
export const trainingIndexes = 11;
/** The setting that is 1 / (samples in the batch), or 0. */
export const trainingShare = 12;
/** Where the loss is left. */
export const trainingLoss = 13;
/** The program of a parameter's update, with parameters for samples; 0 for gradient descent, which needs none. */
export const trainingUpdate = 14;
/** The program of what all updates of a step share, or 0. */
export const trainingShared = 15;
/** What is kept from step to step and has to stay finite: parameters, then state; `trainingNext` has the same order. */
export const trainingKeptBytes = 16;
/** The learning rate among the settings of the update, and of what is shared. */
export const trainingRate = 17;
export const trainingSharedRate = 18;
/** The scalars of the state: kept, among the settings of what is shared, among those of the update, and after the step. */
export const trainingScalars = 19;
export const trainingSharedScalars = 20;
export const trainingFoundScalars = 21;
export const trainingNextScalars = 22;
export const trainingScalarBytes = 23;
export const trainingWords = 24;
