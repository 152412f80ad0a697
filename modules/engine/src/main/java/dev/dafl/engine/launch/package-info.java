/** Where runs are run that are processes of their own: this machine, or a cluster. */
@NullMarked
package dev.dafl.engine.launch;

import org.jspecify.annotations.NullMarked;
