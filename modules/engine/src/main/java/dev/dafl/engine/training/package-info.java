/**
 * Training: the teacher on data, the generator and the student without. Networks and optimizers are the caller's;
 * everything that a step makes is freed with the step.
 */
@NullMarked
package dev.dafl.engine.training;

import org.jspecify.annotations.NullMarked;
