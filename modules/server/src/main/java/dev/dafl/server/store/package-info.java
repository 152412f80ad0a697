/** What a server keeps: jobs, tokens and who did what, in one SQLite database with one writer. */
@NullMarked
package dev.dafl.server.store;

import org.jspecify.annotations.NullMarked;
