package io.vibee.logging;

import com.fasterxml.jackson.core.JsonStreamContext;
import net.logstash.logback.mask.ValueMasker;
import org.jspecify.annotations.Nullable;

/** Masks values in the JSON format; null leaves a value as it is. */
public final class SecretMasker implements ValueMasker {
    @Override
    public @Nullable Object mask(JsonStreamContext context, @Nullable Object value) {
        if (value instanceof CharSequence text) {
            String plain = text.toString();
            String masked = Masking.mask(plain);
            return masked.equals(plain) ? null : masked;
        }
        return null;
    }
}
