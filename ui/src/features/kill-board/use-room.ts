// How many cards fit on the screen: measured before the first paint, and again with every size of the window.
import { type RefObject, useLayoutEffect, useRef, useState } from "react";
import { type CardSize, type Room, roomIn } from "./model/board";

export function useRoom(card: CardSize): { place: RefObject<HTMLUListElement | null>; room: Room } {
  const place = useRef<HTMLUListElement>(null);
  const [room, setRoom] = useState<Room>({ columns: 1, rows: 1 });
  useLayoutEffect(() => {
    const element = place.current;
    if (!element) return;
    const measure = () => {
      const next = roomIn(element.clientWidth, element.clientHeight, card);
      setRoom((before) => (before.columns === next.columns && before.rows === next.rows ? before : next));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [card]);
  return { place, room };
}
