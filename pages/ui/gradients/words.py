"""What the Gradients page alone says."""

from __future__ import annotations

HELP = {
    "of": "This one, or 32 examples evenly over all of the data: then the line is the median, and 80 % of them lie in the band.",
    "through-time": "The size of the gradient of the loss with respect to the state after each step, by how far back the step lies. Where it is "
    "small, what the network did there is not corrected. The straight lines are what a linear network with the recurrent kernel of the first "
    "layer (of gated cells that of the candidate) would have: its largest eigenvalue says how it goes in the long run, its largest "
    "singular value is the most that a step can multiply by.",
    "chain": "The derivative of the last hidden state with respect to the state so many steps before is a product of one matrix a step. Its singular "
    "values say how many directions of the state still count: blue shrink, red grow.",
    "along-cell": "The cell state is only multiplied by the forget gate from step to step, never by a matrix or a slope: the conveyor belt. Where "
    "the two lines lie together, the gradient comes along it.",
    "by-path": "What reaches a state is a sum: from above (the layer above, or the prediction), along the state itself, and through each gate of the "
    "next step. As vectors they sum to the whole; their norms need not.",
    "reach": "How many steps back from the last a hundredth of the largest gradient is still there, of the first layer's state, after each epoch "
    "whose weights were kept. On a task that needs memory it jumps when the task is solved.",
    "layers": "The size of the gradient of the loss with respect to what each layer hands on, and to its weights. Saturated: values where the "
    "activation's slope is under 0.05, of recurrent layers that of the candidate or the state. Dead: units that are so for every example.",
    "inside": "A value where the slope is near 0 passes next to none of the gradient on: compare where the values lie with what each activation "
    "would do there. The layer's own is drawn broad.",
    "what-if": "Forward and backward pass with the same weights, changed as chosen; nothing is trained. The cosine compares the gradients of all "
    "weights, 1 for the same direction: a cure that turns the gradient away trains something else.",
    "cure-gate": "At 1 the state is kept whole at each step, and with it the gradient; at 0 it is forgotten at once.",
    "cure-activation": "In every recurrent layer, on the weights that were trained with another one.",
    "cure-radius": "All recurrent kernels are multiplied by one number, so that their largest eigenvalue has this size: above 1 see it explode.",
    "cure-bias": "A larger bias opens the forget gate: over 40 steps a gate of sigmoid(b) keeps 10⁻¹² of the state at b = 0, 4 · 10⁻⁶ at 1, 0.14 at 3.",
    "cure-truncate": "Truncated backpropagation through time: the state goes on, the gradient ends after so many steps back.",
    "one-weight": "The state is multiplied by the same number w at every step, so the gradient of step t is w to the power of the steps since.",
}
NO_ANSWER = (
    "Nobody knows yet what comes after this window, so this is the gradient of the first prediction, not of a loss."
)
