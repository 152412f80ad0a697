/** Files that only one process may have at a time, and what files take on the disk. */
package dev.dafl.engine.files;
