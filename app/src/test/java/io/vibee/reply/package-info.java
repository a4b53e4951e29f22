/** Tests of the reply engine against a server in this process that speaks the providers' wire format. */
@NullMarked
package io.vibee.reply;

import org.jspecify.annotations.NullMarked;
