/** What starts, wires and stops the service. The process starts and ends here. */
@NullMarked
package io.vibee.boot;

import org.jspecify.annotations.NullMarked;
