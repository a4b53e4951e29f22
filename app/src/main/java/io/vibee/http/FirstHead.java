package io.vibee.http;

import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.stage.AbstractInOutHandler;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.util.ByteString;

/**
 * Keeps a connection's first bytes until they hold the whole head of a request, or can't become one. What parses requests costs
 * milliseconds to set up, so a client that opens connections and never asks anything does not get one for each.
 */
final class FirstHead extends GraphStage<FlowShape<ByteString, ByteString>> {

    private final Inlet<ByteString> bytes = Inlet.create("bytes");
    private final Outlet<ByteString> requests = Outlet.create("requests");
    private final int keepAtMost;

    /**
     * @param keepAtMost bytes after which the parser may say what is wrong with them
     */
    FirstHead(int keepAtMost) {
        this.keepAtMost = keepAtMost;
    }

    @Override
    public FlowShape<ByteString, ByteString> shape() {
        return FlowShape.of(bytes, requests);
    }

    @Override
    public GraphStageLogic createLogic(Attributes attributes) {
        return new Logic();
    }

    private final class Logic extends GraphStageLogic {

        private ByteString kept = ByteString.emptyByteString();
        private boolean lineIsEmpty;
        private boolean passing;

        Logic() {
            super(shape());
            setHandlers(bytes, requests, new AbstractInOutHandler() {
                @Override
                public void onPush() {
                    ByteString next = grab(bytes);
                    if (passing) {
                        push(requests, next);
                        return;
                    }
                    kept = kept.concat(next);
                    if (endsHead(next) || kept.size() >= keepAtMost || !isLetter(kept.head())) {
                        passing = true;
                        push(requests, kept);
                        kept = ByteString.emptyByteString();
                    } else {
                        pull(bytes);
                    }
                }

                @Override
                public void onPull() {
                    pull(bytes);
                }

                @Override
                public void onUpstreamFinish() {
                    if (kept.isEmpty()) {
                        completeStage();
                    } else {
                        emit(requests, kept, FirstHead.Logic.this::completeStage);
                    }
                }
            });
        }

        /** Whether an empty line ends in these bytes. */
        private boolean endsHead(ByteString next) {
            for (int i = 0; i < next.size(); i++) {
                byte each = next.apply(i);
                if (each == '\n' && lineIsEmpty) {
                    return true;
                }
                lineIsEmpty = each == '\n' || (each == '\r' && lineIsEmpty);
            }
            return false;
        }
    }

    /** A request begins with its method; anything else is refused as soon as it is seen. */
    private static boolean isLetter(byte first) {
        return first >= 'A' && first <= 'Z';
    }
}
