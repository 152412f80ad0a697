/** What the networks of an experiment are to see and to say: read off its data, or off its teacher where there are none. */
@NullMarked
package dev.dafl.engine.task;

import org.jspecify.annotations.NullMarked;
