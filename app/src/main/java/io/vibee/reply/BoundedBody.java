package io.vibee.reply;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse.BodyHandler;
import java.nio.ByteBuffer;
import java.util.List;

/** Collects a body up to a limit, and cuts off a longer one. */
final class BoundedBody extends BodyReader<BoundedBody.Read> {
    private final int limit;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    private BoundedBody(int limit) {
        this.limit = limit;
    }

    /** The bytes that were read; {@code whole} is false when the body exceeded the limit. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Read(byte[] bytes, boolean whole) {}

    static BodyHandler<Read> upTo(int limit) {
        return head -> new BoundedBody(limit);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        for (ByteBuffer buffer : buffers) {
            if (isDone()) {
                return;
            }
            int taken = Math.min(buffer.remaining(), limit - bytes.size());
            boolean fits = taken == buffer.remaining();
            byte[] chunk = new byte[taken];
            buffer.get(chunk);
            bytes.write(chunk, 0, taken);
            if (!fits) {
                cutOff(new Read(bytes.toByteArray(), false));
            }
        }
    }

    @Override
    public void onComplete() {
        complete(new Read(bytes.toByteArray(), true));
    }
}
