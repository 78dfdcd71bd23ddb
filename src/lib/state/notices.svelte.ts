/** Something a person has to know, until they dismiss it or a newer notice of the same key replaces it. */
export interface Notice {
	readonly key: string;
	readonly kind: 'info' | 'warning' | 'error';
	readonly text: string;
	readonly action?: { readonly label: string; readonly run: () => void };
}

/** The notices on show, oldest first. */
export class Notices {
	#list = $state.raw<readonly Notice[]>([]);

	get list(): readonly Notice[] {
		return this.#list;
	}

	readonly add = (notice: Notice): void => {
		this.#list = [...this.#list.filter(({ key }) => key !== notice.key), notice];
	};

	readonly dismiss = (key: string): void => {
		this.#list = this.#list.filter((notice) => notice.key !== key);
	};
}
