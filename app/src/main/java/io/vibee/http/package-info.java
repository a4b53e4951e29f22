/** The HTTP API, with one class for each resource. Every answer that is not a success is a problem (RFC 9457). */
@NullMarked
package io.vibee.http;

import org.jspecify.annotations.NullMarked;
