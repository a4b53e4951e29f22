package io.vibee.journal;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * On a test that lets what a part of a node works with throw inside it, and sees the part begin again and do its work. The test of the
 * architecture asks one of these for each part.
 */
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.METHOD)
public @interface ThrowsIn {

    /** The part. */
    Class<?> value();
}
