/** A user: settings, the daily quota of model calls, the gate before the API, passwords and tokens. */
@NullMarked
package io.vibee.account;

import org.jspecify.annotations.NullMarked;
