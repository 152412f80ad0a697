package dev.dafl.plugins.fast;

/** What a round's training of the generator leaves for the rounds after it. */
public enum Meta {
    /** The generator goes on from where the round before left it. */
    NONE,
    /**
     * Each round trains a copy. Afterwards the way from the copy back to where it began counts as the gradient
     * (Nichol et al., <i>On First-Order Meta-Learning Algorithms</i>, 2018).
     */
    REPTILE,
    /**
     * Each round trains a copy. Afterwards the sum of the gradients that the copy has had counts as the gradient: MAML without
     * second derivatives (Finn et al., 2017).
     */
    FOMAML
}
