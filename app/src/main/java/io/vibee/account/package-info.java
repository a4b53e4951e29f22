/**
 * <<<<<<< HEAD
 * A user: settings, the daily quota of model calls, the gate before the API, credentials.
 * =======
 * Users and what they prove themselves by: passwords, access tokens and refresh tokens.
 * >>>>>>> http
 */
@NullMarked
package io.vibee.account;

import org.jspecify.annotations.NullMarked;
