/** What authors of plugins are given: a project to begin with, its build, and a loop that runs it again with every change. */
@NullMarked
package dev.dafl.cli.kit;

import org.jspecify.annotations.NullMarked;
