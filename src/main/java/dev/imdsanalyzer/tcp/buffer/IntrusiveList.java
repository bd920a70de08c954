package dev.imdsanalyzer.tcp.buffer;

/**
 * A doubly linked list whose nodes live in its elements, so that moving an element from list to list or to the end of
 * one costs neither a search nor memory. The first element is the oldest.
 */
public final class IntrusiveList<T> {
    /** An element's place in at most one list. */
    public static final class Node<T> {
        private final T element;
        private IntrusiveList<T> list;
        private Node<T> previous;
        private Node<T> next;

        public Node(T element) {
            this.element = element;
        }

        public boolean isLinked() {
            return list != null;
        }

        public T element() {
            return element;
        }

        /** The node before this one, nearer to the oldest; null at the front. */
        public Node<T> previous() {
            return previous;
        }

        public void unlink() {
            if (list != null) {
                list.remove(this);
            }
        }
    }

    private Node<T> first;
    private Node<T> last;
    private int size;

    public int size() {
        return size;
    }

    /** The oldest element, or null. */
    public T oldest() {
        return first == null ? null : first.element;
    }

    /** The newest element's node, or null. */
    public Node<T> newest() {
        return last;
    }

    /** Puts the node at the end, taking it out of the list it is in. */
    public void append(Node<T> node) {
        node.unlink();
        node.list = this;
        node.previous = last;
        if (last == null) {
            first = node;
        } else {
            last.next = node;
        }
        last = node;
        size++;
    }

    private void remove(Node<T> node) {
        if (node.previous == null) {
            first = node.next;
        } else {
            node.previous.next = node.next;
        }
        if (node.next == null) {
            last = node.previous;
        } else {
            node.next.previous = node.previous;
        }
        node.list = null;
        node.previous = null;
        node.next = null;
        size--;
    }
}
