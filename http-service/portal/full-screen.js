// Full screen of the stage. iPhones give it to videos only: there the stage fills the window instead.

export function createFullScreen({ stage, button, labels }) {
  const isNative = typeof stage.requestFullscreen === 'function';
  button.addEventListener('click', toggle);
  stage.addEventListener('dblclick', toggle);
  document.addEventListener('fullscreenchange', () => show(document.fullscreenElement === stage));
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !isNative) show(false);
  });

  function toggle() {
    if (!isNative) return show(!stage.classList.contains('fills'));
    if (document.fullscreenElement === stage) return void document.exitFullscreen();
    return void stage.requestFullscreen().catch(() => show(true)); // refused in a frame without allow="fullscreen"
  }

  function show(isFull) {
    stage.classList.toggle('fills', isFull);
    document.documentElement.classList.toggle('has-filled-stage', isFull);
    const leave = stage.querySelector('.leave');
    leave.hidden = !isFull;
    leave.onclick = toggle;
    button.setAttribute('aria-pressed', String(isFull));
    button.querySelector('.label').textContent = isFull ? labels.leaveFullScreen : labels.fullScreen;
  }
}
