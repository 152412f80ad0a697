/**
 * Trained networks for programs: {@link dev.dafl.model.Model} reads a file and says what pictures show. A model is used by one
 * thread at a time; tensors that it is given and gives belong to the caller's innermost scope.
 */
@NullMarked
package dev.dafl.model;

import org.jspecify.annotations.NullMarked;
