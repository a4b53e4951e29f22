/** The specification of the audit log, against a real PostgreSQL. */
@NullMarked
package io.vibee.persistence.audit;

import org.jspecify.annotations.NullMarked;
