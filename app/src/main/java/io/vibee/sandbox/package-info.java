/** Telegram and a language model, simulated over real HTTP on this machine: for tests, for benchmarks, and for a first look. */
@NullMarked
package io.vibee.sandbox;

import org.jspecify.annotations.NullMarked;
