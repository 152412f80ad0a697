/** Files that only one process may have at a time. */
package dev.dafl.engine.files;
