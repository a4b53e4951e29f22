package io.vibee.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Map;
import net.logstash.logback.composite.AbstractJsonProvider;

/** Writes an event's fields into its JSON object, the same that the text format shows. */
public final class FieldsProvider extends AbstractJsonProvider<ILoggingEvent> {
    @Override
    public void writeTo(JsonGenerator generator, ILoggingEvent event) throws IOException {
        for (Map.Entry<String, String> field : EventFields.of(event).entrySet()) {
            generator.writeStringField(field.getKey(), field.getValue());
        }
    }

    @Override
    public void prepareForDeferredProcessing(ILoggingEvent event) {
        super.prepareForDeferredProcessing(event);
        event.getMDCPropertyMap();
    }
}
